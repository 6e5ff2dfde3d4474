import { type PostgresClient, quoteIdentifier, sqlStateOf } from "../../clients/postgres.js";
import type { RepairRequest } from "./plan-repair.js";
import { rowFilter } from "./row-filter.js";

/**
 * The requests whose conditions PostgreSQL takes; a table whose keys cannot be told in SQL is asked for as a whole.
 * Debezium would fail over a condition that is none.
 */
export async function checkRequests(
  client: PostgresClient,
  requests: readonly RepairRequest[],
): Promise<RepairRequest[]> {
  const checked: RepairRequest[] = [];
  for (const request of requests) {
    const sentence = `all rows of ${request.label}: PostgreSQL does not take their keys as they are written`;
    checked.push((await isTaken(client, request)) ? request : { ...request, rows: [], sentence });
  }
  return checked;
}

async function isTaken(client: PostgresClient, { schema, name, key, rows }: RepairRequest): Promise<boolean> {
  if (rows.length === 0) return true;
  const table = `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
  try {
    await client.query(`SELECT FROM ${table} WHERE ${rowFilter(key, rows)} LIMIT 1`);
    return true;
  } catch (error) {
    if (sqlClassOf(error) === undefined) throw error;
    return false;
  }
}

/** Of what is wrong with the condition itself: data (22), or syntax and types (42). */
function sqlClassOf(error: unknown): string | undefined {
  const state = sqlStateOf(error) ?? "";
  return ["22", "42"].find((one) => state.startsWith(one));
}
