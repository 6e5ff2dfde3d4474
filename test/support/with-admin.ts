import { Client } from "pg";

import type { JsonDocument } from "./cli.js";

/** Works in a database as the administrator of servers that `up` has brought up. */
export async function withAdmin<T>(
  { host, port, adminUser: user }: JsonDocument["endpoints"]["postgres"],
  database: string,
  work: (client: Client) => Promise<T>,
  password = "password123",
): Promise<T> {
  const client = new Client({ host, port, user, password, database });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
