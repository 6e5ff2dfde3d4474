import { STATUS_CODES } from "node:http";

import { notYet, ready } from "../../src/wait/wait-until.js";
import { Application } from "../faults/application.js";
import type { Seen } from "../faults/fault.js";
import { Scene, seenOf } from "../faults/scene.js";
import { Stack } from "../faults/stack.js";
import { until } from "../support/until.js";
import { Ledger } from "./ledger.js";

const UP_TIMEOUT_S = 180;

type Run = ReturnType<Stack["workspace"]["start"]>;

/** The servers of a soak, its databases, and the applications that write to them. */
export class Field {
  readonly stack: Stack;
  readonly ledgers: readonly Ledger[];
  /** Rows that were written besides those of the ledgers, by database and table. */
  readonly filled: { readonly database: string; readonly table: string; readonly rows: number }[] = [];
  readonly #applications: readonly Application[];

  private constructor(stack: Stack, databases: readonly string[], seed: number) {
    this.stack = stack;
    this.ledgers = databases.map(
      (database, index) => new Ledger(database, () => stack.connect(database), seed + index),
    );
    // The first database has the stack's own.
    this.#applications = databases.slice(1).map((database) => new Application(() => stack.connect(database)));
  }

  /** The first database is the stack's. */
  static async start(databases: readonly string[], seed: number): Promise<Field> {
    const stack = await Stack.start();
    const field = new Field(stack, databases, seed);
    try {
      for (const database of databases) {
        await field.scene(database).captured();
        await stack.sql(Ledger.SCHEMA, database);
      }
    } catch (error) {
      await stack.stop();
      throw error;
    }
    for (const writer of [...field.#applications, ...field.ledgers]) writer.start();
    return field;
  }

  /** @returns what was left behind */
  async stop(): Promise<string[]> {
    await Promise.all([...this.#applications, ...this.ledgers].map((writer) => writer.stop()));
    return this.stack.stop();
  }

  get databases(): readonly string[] {
    return this.ledgers.map(({ database }) => database);
  }

  /** Transactions of all applications, those included that were rolled back. */
  get transactions(): number {
    return [...this.#applications, this.stack.application]
      .map(({ committed }) => committed)
      .concat(this.ledgers.map(({ transactions }) => transactions))
      .reduce((total, count) => total + count, 0);
  }

  startUp(): Run {
    const { workspace } = this.stack;
    return workspace.start("up", ...this.databases, "--json", "--timeout", String(UP_TIMEOUT_S));
  }

  async up(): Promise<Seen> {
    return this.ended(this.startUp());
  }

  /** What a run said in the end. @throws Error where that is a stack trace */
  async ended(run: Run): Promise<Seen> {
    const seen = seenOf(await run);
    if (/^\s+at \w/m.test(seen.text)) throw new Error(`a stack trace was printed: ${seen.text}`);
    return seen;
  }

  scene(database: string): Scene {
    return new Scene(this.stack, database);
  }

  connectorUrl(database: string): string {
    return `${this.stack.connectUrl}/connectors/${database}-connector`;
  }

  /** Asks Kafka Connect, which is busy with something else now and then. */
  async ask(method: "GET" | "POST" | "PUT", url: string, body?: unknown): Promise<unknown> {
    const headers = { "content-type": "application/json" };
    const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
    return until(
      `${method} ${url}`,
      async () => {
        const answer = await fetch(url, init).catch((error: unknown) => error as Error);
        if (answer instanceof Error) return notYet(answer.message);
        const text = await answer.text();
        if (answer.ok) return ready(text === "" ? undefined : (JSON.parse(text) as unknown));
        return notYet(`${answer.status} ${STATUS_CODES[answer.status] ?? ""} ${text}`);
      },
      60_000,
    );
  }

  async taskIs(database: string, wanted: "RUNNING" | "FAILED"): Promise<void> {
    await until(
      `a task of ${database} that is ${wanted}`,
      async () => {
        const { tasks } = (await this.ask("GET", `${this.connectorUrl(database)}/status`)) as {
          readonly tasks: readonly { readonly state: string }[];
        };
        return tasks[0]?.state === wanted ? ready(undefined) : notYet(JSON.stringify(tasks));
      },
      90_000,
    );
  }
}
