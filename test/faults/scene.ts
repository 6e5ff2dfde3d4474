import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import type { LocalState } from "../../src/targets/local/state.js";
import type { ServerName } from "../../src/targets/target.js";
import { notYet, ready } from "../../src/wait/wait-until.js";
import type { JsonDocument } from "../support/cli.js";
import { startTcpProxy } from "../support/tcp-proxy.js";
import { until } from "../support/until.js";
import type { FaultResult, Seen } from "./fault.js";
import type { SecondWorker } from "./second-worker.js";
import type { Stack } from "./stack.js";

export const STAGES = ["deploy", "prepare", "register", "verify"] as const;
export type StageName = (typeof STAGES)[number];

interface Task {
  readonly state: string;
  readonly worker_id: string;
}

export type Run = ReturnType<Stack["workspace"]["start"]>;

export interface UpOptions {
  readonly timeoutS?: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** One fault's place: the servers of all, and a database of its own, that is captured in it for the first time. */
export class Scene {
  readonly stack: Stack;
  readonly database: string;

  constructor(stack: Stack, id: string) {
    this.stack = stack;
    this.database = id.replaceAll("-", "_");
  }

  /** `up` of the fault's database, as a user would. */
  startUp({ timeoutS = 60, env = {} }: UpOptions = {}): Run {
    const args = [this.database, "--schema", "items.sql", "--json", "--timeout", String(timeoutS)];
    return this.stack.workspace.with(env).start("up", ...args);
  }

  get slot(): string {
    return `debezium_${this.database}_slot`;
  }

  get #connectorUrl(): string {
    return `${this.stack.connectUrl}/connectors/${this.database}-connector`;
  }

  /** The database is captured, and all is well. */
  async captured(): Promise<void> {
    const { sight, text } = await this.up({ timeoutS: 120 });
    if (sight !== "nothing") throw new Error(text);
  }

  /** Nobody reads the slot then. */
  async stopConnector(): Promise<void> {
    await fetch(`${this.#connectorUrl}/stop`, { method: "PUT" });
    await this.stack.slotsHave(`slot_name = '${this.slot}'`, "NOT active");
  }

  async resumeConnector(): Promise<void> {
    await fetch(`${this.#connectorUrl}/resume`, { method: "PUT" });
  }

  /** Rows that come while something is wrong. */
  async writeMeanwhile(from = 300): Promise<void> {
    const rows = `SELECT i, 'meanwhile' FROM generate_series(${from}, ${from + 10}) i`;
    await this.stack.sql(`INSERT INTO items ${rows}`, this.database);
  }

  async taskHasStarted(): Promise<void> {
    await this.#taskIs("RUNNING or FAILED", ({ state }) => state === "RUNNING" || state === "FAILED");
  }

  /** Asked of the worker itself: the other one may be gone. */
  async taskRunsOn({ id, url }: Pick<SecondWorker, "id" | "url">): Promise<void> {
    const isThere = ({ state, worker_id: worker }: Task) => state === "RUNNING" && worker === id;
    await this.#taskIs(`RUNNING on ${id}`, isThere, url);
  }

  async #taskIs(
    what: string,
    isRight: (task: Task) => boolean,
    worker = this.stack.connectUrl,
  ): Promise<void> {
    const look = async () => {
      const answer = await fetch(`${worker}/connectors/${this.database}-connector/status`);
      const { tasks = [] } = (await answer.json()) as { readonly tasks?: readonly Task[] };
      return tasks.some(isRight) ? ready(undefined) : notYet(JSON.stringify(tasks));
    };
    await until(`a task that is ${what}`, look, 60_000);
  }

  /** Ends the session in which the connector reads; it has to log in again. */
  async endSender(): Promise<void> {
    const { stack, slot } = this;
    await stack.sql(
      `SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE slot_name = '${slot}' AND active`,
    );
  }

  /** The same servers by way of a proxy of the test's own, which is all that Kafka Connect sees of PostgreSQL. */
  async cutFromConnect(forMs: number): Promise<Seen> {
    const { stack, database } = this;
    const proxy = await startTcpProxy({ host: "127.0.0.1", port: stack.postgresPort });
    try {
      const kafka = `127.0.0.1:${stack.workspace.env.CDC_PIPELINE_LOCAL_KAFKA_PORT ?? ""}`;
      const far = stack.workspace.with({
        CDC_PIPELINE_TARGET: "external",
        CDC_PIPELINE_POSTGRES_PORT: String(stack.postgresPort),
        CDC_PIPELINE_FROM_CONNECT_POSTGRES_PORT: String(proxy.port),
        CDC_PIPELINE_KAFKA_BROKERS: kafka,
        CDC_PIPELINE_CONNECT_URL: stack.connectUrl,
      });
      const first = seenOf(await far.start("up", database, "--schema", "items.sql", "--json"));
      if (first.sight !== "nothing") throw new Error(first.text);
      await proxy.cut();
      await this.writeMeanwhile();
      await delay(forMs);
      await proxy.restore();
      const seen = seenOf(await far.start("verify", database, "--json", "--timeout", "90"));
      await reconcile(stack, database);
      // The connector goes on without the proxy, which ends with this fault.
      await this.captured();
      return seen;
    } finally {
      await proxy.close();
    }
  }

  async up(options?: UpOptions): Promise<Seen> {
    return seenOf(await this.startUp(options));
  }

  async run(...args: string[]): Promise<Seen> {
    return seenOf(await this.stack.workspace.start(...args, "--json"));
  }

  /** `up`, and `act` as soon as it is in a stage. */
  async upStruckIn(
    stage: StageName,
    down: ServerName,
    act: (run: Run) => Promise<unknown>,
    { timeoutS = 60, env = {} }: UpOptions = {},
  ): Promise<Seen> {
    const { stack } = this;
    // Whatever runs is left alone: to be struck while it starts, a server must be down before.
    if (stage === "deploy") await stack.kill(down);
    const before = await stack.record(down);
    const run = this.startUp({ timeoutS, env });
    if (stage === "deploy") await this.#started(down, before?.process.pid);
    else await printed(run, new RegExp(`^${stage} `, "m"));
    await act(run);
    return seenOf(await run);
  }

  /** Looked at without a pause: the next moment belongs to the server. */
  async #started(server: ServerName, before: number | undefined): Promise<void> {
    const file = join(this.stack.workspace.stateDir, "state.json");
    await until(`the start of ${server}`, () => {
      const { servers } = JSON.parse(readFileSync(file, "utf8")) as LocalState;
      const pid = servers[server]?.process.pid;
      return Promise.resolve(pid === undefined || pid === before ? notYet("not yet") : ready(undefined));
    });
  }

  /** Further rows after all is well; then whether every row is an event, and no more. */
  async prove(): Promise<Pick<FaultResult, "rows" | "lost">> {
    const { database, stack } = this;
    await stack.sql(
      "INSERT INTO items SELECT i, 'later' FROM generate_series(201, 220) i; DELETE FROM items WHERE id <= 10",
      database,
    );
    return reconcile(stack, database);
  }
}

/** @throws Error unless `reconcile` finds topics and tables the same */
export async function reconcile(stack: Stack, database: string): Promise<Pick<FaultResult, "rows" | "lost">> {
  const { exitCode, document, stderr } = await stack.workspace.json("reconcile", database, "--timeout", "60");
  const { tables = [] } = document as JsonDocument & { readonly tables?: readonly Compared[] };
  if (exitCode !== 0) throw new Error(`reconcile of ${database}: ${stderr}\n${JSON.stringify(tables)}`);
  const sum = (key: keyof Compared) => tables.reduce((total, table) => total + table[key], 0);
  return { rows: sum("rows"), lost: sum("lost") + sum("extra") + sum("different") };
}

interface Compared {
  readonly rows: number;
  readonly lost: number;
  readonly extra: number;
  readonly different: number;
}

export function seenOf(result: Awaited<Run>): Seen {
  const text = `${result.stderr}\n${result.stdout}`;
  if (result.signal !== undefined) return { sight: "killed", text };
  const { error } = JSON.parse(result.stdout) as Pick<JsonDocument, "error">;
  return { sight: (error?.code ?? "nothing") as Seen["sight"], text };
}

/** Resolves when the run has printed what matches, or has ended. */
export async function printed(run: Run, what: RegExp): Promise<void> {
  const isPrinted = new Promise<void>((resolve) => {
    let told = "";
    run.stderr.on("data", (piece) => {
      told += String(piece);
      if (what.test(told)) resolve();
    });
  });
  await Promise.race([isPrinted, run]);
}
