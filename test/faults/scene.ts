import { readFileSync } from "node:fs";
import { join } from "node:path";

import type { LocalState } from "../../src/targets/local/state.js";
import type { ServerName } from "../../src/targets/target.js";
import { notYet, ready } from "../../src/wait/wait-until.js";
import type { JsonDocument } from "../support/cli.js";
import { until } from "../support/until.js";
import type { FaultResult, Seen } from "./fault.js";
import type { Stack } from "./stack.js";

export const STAGES = ["deploy", "prepare", "register", "verify"] as const;
export type StageName = (typeof STAGES)[number];

type Run = ReturnType<Stack["workspace"]["start"]>;

/** One fault's place: the servers of all, and a database of its own, that is captured in it for the first time. */
export class Scene {
  readonly stack: Stack;
  readonly database: string;

  constructor(stack: Stack, id: string) {
    this.stack = stack;
    this.database = id.replaceAll("-", "_");
  }

  /** `up` of the fault's database, as a user would. */
  startUp(timeoutS = 60): Run {
    const { workspace } = this.stack;
    const schema = ["--schema", "items.sql"];
    return workspace.start("up", this.database, ...schema, "--json", "--timeout", String(timeoutS));
  }

  async up(timeoutS?: number): Promise<Seen> {
    return seenOf(await this.startUp(timeoutS));
  }

  async run(...args: string[]): Promise<Seen> {
    return seenOf(await this.stack.workspace.start(...args, "--json"));
  }

  /** `up`, and `act` as soon as it is in a stage. */
  async upStruckIn(stage: StageName, down: ServerName, act: (run: Run) => Promise<unknown>): Promise<Seen> {
    const { stack } = this;
    // Whatever runs is left alone: to be struck while it starts, a server must be down before.
    if (stage === "deploy") await stack.kill(down);
    const before = await stack.record(down);
    const run = this.startUp();
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
async function printed(run: Run, what: RegExp): Promise<void> {
  const isPrinted = new Promise<void>((resolve) => {
    let told = "";
    run.stderr.on("data", (piece) => {
      told += String(piece);
      if (what.test(told)) resolve();
    });
  });
  await Promise.race([isPrinted, run]);
}
