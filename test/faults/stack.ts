import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { execa } from "execa";
import { Client } from "pg";

import { isAlive } from "../../src/targets/local/process-identity.js";
import type { ServerRecord } from "../../src/targets/local/state.js";
import type { ServerName } from "../../src/targets/target.js";
import { notYet, ready } from "../../src/wait/wait-until.js";
import { limitFilesOf } from "../support/limit-files-of.js";
import { until } from "../support/until.js";
import { Workspace } from "../support/workspace.js";
import { Application } from "./application.js";

export const ROWS_AT_FIRST = 200;

const REFUSAL = "host all debezium_user all reject\n";

const SCHEMA = `
  CREATE TABLE items (id int PRIMARY KEY, note text);
  INSERT INTO items SELECT i, 'item ' || i FROM generate_series(1, ${ROWS_AT_FIRST}) i;
`;

/** The servers that all faults strike one after the other, and an application that writes all the while. */
export class Stack {
  readonly workspace: Workspace;
  readonly application: Application;

  private constructor(workspace: Workspace) {
    this.workspace = workspace;
    this.application = new Application(() => this.connect("shop"));
  }

  static async start(env: Readonly<Record<string, string>> = {}): Promise<Stack> {
    const stack = new Stack(await Workspace.create(env));
    await writeFile(join(stack.workspace.folder, "items.sql"), SCHEMA);
    const { exitCode, stderr } = await stack.workspace.json("up", "shop", "--schema", "items.sql");
    if (exitCode !== 0) throw new Error(stderr);
    stack.application.start();
    return stack;
  }

  /** @returns what was left behind */
  async stop(): Promise<string[]> {
    await this.application.stop();
    return this.workspace.remove();
  }

  get postgresPort(): number {
    return Number(this.workspace.env.CDC_PIPELINE_LOCAL_POSTGRES_PORT);
  }

  get connectUrl(): string {
    return `http://127.0.0.1:${this.workspace.env.CDC_PIPELINE_LOCAL_CONNECT_PORT ?? ""}`;
  }

  async connect(database: string): Promise<Client> {
    const login = { host: "127.0.0.1", port: this.postgresPort, user: "admin", password: "password123" };
    const client = new Client({ ...login, database, connectionTimeoutMillis: 5_000 });
    client.on("error", () => undefined);
    await client.connect();
    return client;
  }

  async sql(text: string, database = "mydb"): Promise<Record<string, unknown>[]> {
    const client = await this.connect(database);
    try {
      return (await client.query<Record<string, unknown>>(text)).rows;
    } finally {
      await client.end();
    }
  }

  async record(server: ServerName): Promise<ServerRecord | undefined> {
    return (await this.workspace.state())?.servers[server];
  }

  /** A server's process with its children: PostgreSQL has one for each session. */
  async processesOf(server: ServerName): Promise<number[]> {
    const pid = (await this.record(server))?.process.pid;
    if (pid === undefined) throw new Error(`${server} is not known to run`);
    const { stdout } = await execa("ps", ["-A", "-o", "pid=,ppid="]);
    const pairs = stdout.split("\n").map((line) => line.trim().split(/\s+/).map(Number));
    return [
      pid,
      ...pairs.flatMap(([child, parent]) => (child !== undefined && parent === pid ? [child] : [])),
    ];
  }

  /** Ends the limits that stand for a full disk, of a server that still runs. */
  async liftLimits(server: ServerName): Promise<void> {
    const [first = 0] = await this.processesOf(server);
    await limitFilesOf(first, "unlimited");
    // What it starts from then on has no limit; what it has started before does.
    for (const pid of await this.processesOf(server)) await limitFilesOf(pid, "unlimited");
  }

  async signal(server: ServerName, signal: NodeJS.Signals): Promise<void> {
    const record = await this.record(server);
    if (record === undefined) throw new Error(`${server} is not known to run`);
    process.kill(record.process.pid, signal);
  }

  /** Waits until a server that was asked to end has done so. */
  async gone(server: ServerName): Promise<void> {
    const record = await this.record(server);
    if (record === undefined) return;
    await until(`the end of ${server}`, async () =>
      (await isAlive(record.process)) ? notYet(`process ${record.process.pid} runs`) : ready(undefined),
    );
  }

  async kill(server: ServerName): Promise<void> {
    await this.signal(server, "SIGKILL");
    await this.gone(server);
  }

  /** Waits until all of the slots are as they should be; `nudge` is run before each look. */
  async slotsHave(which: string, condition: string, nudge = "SELECT"): Promise<void> {
    const look = async () => {
      await this.sql(nudge);
      const query = `SELECT slot_name FROM pg_replication_slots WHERE ${which} AND NOT coalesce(${condition}, false)`;
      const others = await this.sql(query);
      return others.length === 0 ? ready(undefined) : notYet(JSON.stringify(others));
    };
    await until(`slots: ${condition}`, look, 60_000);
  }

  async refuseRole(): Promise<void> {
    const file = await this.#hbaFile();
    await writeFile(file, `${REFUSAL}${await readFile(file, "utf8")}`);
    await this.sql("SELECT pg_reload_conf()");
  }

  async admitRole(): Promise<void> {
    const file = await this.#hbaFile();
    await writeFile(file, (await readFile(file, "utf8")).replace(REFUSAL, ""));
    await this.sql("SELECT pg_reload_conf()");
  }

  async #hbaFile(): Promise<string> {
    const [row] = await this.sql("SHOW hba_file");
    return String(row?.hba_file);
  }

  /** Forgets a database, so that the next fault meets a small stack; plainly, beside the program. */
  async drop(database: string): Promise<void> {
    await fetch(`${this.connectUrl}/connectors/${database}-connector`, { method: "DELETE" });
    await until(`the end of ${database}`, async () => {
      try {
        await this.sql(
          `SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE database = '${database}'`,
        );
        await this.sql(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
        return ready(undefined);
      } catch (error) {
        return notYet((error as Error).message);
      }
    });
  }
}
