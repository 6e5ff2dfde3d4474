import { Client } from "pg";

/** Runs statements one after another, each in a transaction of its own. @returns the rows of the last one */
export async function query(connection, ...statements) {
  const client = new Client(connection);
  await client.connect();
  try {
    let result;
    for (const sql of statements) result = await client.query(sql);
    return result?.rows ?? [];
  } finally {
    await client.end();
  }
}
