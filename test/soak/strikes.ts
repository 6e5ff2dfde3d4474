import { setTimeout as delay } from "node:timers/promises";

import { standStill } from "../faults/table/stops.js";
import { startTcpProxy } from "../support/tcp-proxy.js";
import type { Field } from "./field.js";
import type { FaultKind, FaultOf, PlannedFault } from "./planned-fault.js";

/** What a fault leaves to be ended after `up` has healed the rest. */
type After = (() => Promise<void>) | undefined;

type Strike<Kind extends FaultKind> = (field: Field, fault: FaultOf<Kind>) => Promise<After>;

const STRIKES: { readonly [Kind in FaultKind]: Strike<Kind> } = {
  killed: async ({ stack }, { servers, signal }) => {
    for (const server of servers) await stack.signal(server, signal);
    for (const server of servers) {
      // PostgreSQL that is asked to end waits until everybody has left, and Debezium does not leave: `up` ends it.
      if (server === "postgres" && signal === "SIGTERM") continue;
      // Kafka Connect without its Kafka takes minutes; who runs it as a service kills it long before.
      await stack.gone(server).catch(() => stack.kill(server));
    }
    return undefined;
  },

  "stands still": async (field, { server, seconds, isDuringUp }) => {
    const run = isDuringUp ? field.startUp() : undefined;
    await standStill(field, server, seconds);
    if (run !== undefined) await field.ended(run);
    return undefined;
  },

  "connector disturbed": async (field, { database, action }) => {
    const method = action.startsWith("restart") ? "POST" : "PUT";
    await field.ask(method, `${field.connectorUrl(database)}/${action}`);
    return undefined;
  },

  "task failed": async (field, { database }) => {
    const { stack } = field;
    await stack.sql("ALTER ROLE debezium_user NOLOGIN");
    try {
      await field.ask("POST", `${field.connectorUrl(database)}/restart?includeTasks=true`);
      await field.taskIs(database, "FAILED");
    } finally {
      await stack.sql("ALTER ROLE debezium_user LOGIN");
    }
    return undefined;
  },

  "sender ended": async (field, { database, times }) => {
    for (let time = 0; time < times; time++) {
      await field.scene(database).endSender();
      await delay(500);
    }
    return undefined;
  },

  "killed during a transaction": async (field, { database, rows, server }) => {
    const table = tableOf(field);
    const client = await field.stack.connect(database);
    await client.query(create(table));
    await client.query("BEGIN");
    await client.query(fill(table, rows));
    await field.stack.kill(server);
    return async () => {
      await client.query("COMMIT");
      await client.end();
      field.filled.push({ database, table, rows });
    };
  },

  "table made": async (field, { database, rows }) => {
    const table = tableOf(field);
    // Two transactions: of one, Debezium may ask for the table's key before PostgreSQL lets others see the table, and
    // its events then have none (docs/reconcile.md).
    await field.stack.sql(create(table), database);
    await field.stack.sql(fill(table, rows), database);
    field.filled.push({ database, table, rows });
    return undefined;
  },

  "password rotated": async ({ stack }) => {
    const { exitCode, stderr } = await stack.workspace.run("rotate-password", "--timeout", "120");
    if (exitCode !== 0) throw new Error(`rotate-password: ${stderr}`);
    return undefined;
  },

  "up ended": async (field, { server, signal, runsMs }) => {
    await field.stack.kill(server);
    const run = field.startUp();
    await Promise.race([delay(runsMs), run]);
    run.kill(signal);
    await field.ended(run);
    return undefined;
  },

  "network cut": async (field, { database, seconds }) => {
    const proxy = await startTcpProxy({ host: "127.0.0.1", port: field.stack.postgresPort });
    const url = `${field.connectorUrl(database)}/config`;
    const config = (await field.ask("GET", url)) as Record<string, string>;
    await field.ask("PUT", url, { ...config, "database.port": String(proxy.port) });
    await field.taskIs(database, "RUNNING");
    await proxy.cut();
    await delay(seconds * 1_000);
    await proxy.restore();
    // `up` puts the connector's setting right, which then needs the proxy no longer.
    return () => proxy.close();
  },
};

/** Makes it go wrong. */
export function strike(field: Field, fault: PlannedFault): Promise<After> {
  return (STRIKES[fault.kind] as Strike<FaultKind>)(field, fault);
}

const tableOf = ({ filled }: Field): string => `filled_${filled.length + 1}`;

const create = (table: string): string => `CREATE TABLE ${table} (id int PRIMARY KEY, note text)`;

const fill = (table: string, rows: number): string =>
  `INSERT INTO ${table} SELECT i, 'row ' || i FROM generate_series(1, ${rows}) i`;
