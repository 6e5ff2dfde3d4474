import { setTimeout as delay } from "node:timers/promises";

import type { Client } from "pg";

import { notYet, ready } from "../../src/wait/wait-until.js";
import { Random } from "../support/random.js";
import { until } from "../support/until.js";

const PAUSE_MS = 60;
const MOST_ROWS = 4;
/** PostgreSQL may stand still, or be away, for a while. */
const HOLD_MS = 90_000;

/**
 * An application that knows exactly which rows it has committed: a transaction whose outcome it was not told is sent
 * again until it is. Rows of transactions that are rolled back have negative keys, which nobody may ever see.
 */
export class Ledger {
  readonly database: string;
  readonly #connect: () => Promise<Client>;
  readonly #random: Random;
  readonly #stopping = new AbortController();
  #running: Promise<void> | undefined;
  #holds = 0;
  #isIdle = true;
  #rows = 0;
  #transactions = 0;
  #repeated = 0;

  constructor(database: string, connect: () => Promise<Client>, seed: number) {
    this.database = database;
    this.#connect = connect;
    this.#random = new Random(seed);
  }

  static readonly SCHEMA = "CREATE TABLE ledger (id int PRIMARY KEY, note text)";

  /** The rows that are surely committed: those with keys from 1 on. */
  get rows(): number {
    return this.#rows;
  }

  get transactions(): number {
    return this.#transactions;
  }

  /** Transactions that were sent again, since the connection broke before their end was told. */
  get repeated(): number {
    return this.#repeated;
  }

  start(): void {
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  /** Waits until nothing is under way, and lets `work` be done while nothing is written. */
  async held<T>(work: () => Promise<T>): Promise<T> {
    this.#holds++;
    try {
      await until(
        `the last transaction in ${this.database}`,
        () => Promise.resolve(this.#isIdle ? ready(undefined) : notYet("it is not told yet")),
        HOLD_MS,
      );
      return await work();
    } finally {
      this.#holds--;
    }
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    let client: Client | undefined;
    while (!signal.aborted) {
      if (this.#holds === 0) {
        this.#isIdle = false;
        const count = 1 + this.#random.below(MOST_ROWS);
        client = await this.#write(client, count, this.#random.below(8) === 0);
        this.#isIdle = true;
      }
      await delay(PAUSE_MS, undefined, { signal }).catch(() => undefined);
    }
    void client?.end().catch(() => undefined);
  }

  /** Until it is told how the transaction ended. @returns the connection to go on with */
  async #write(given: Client | undefined, count: number, isRolledBack: boolean): Promise<Client | undefined> {
    const { signal } = this.#stopping;
    let client = given;
    for (let attempt = 1; !signal.aborted; attempt++) {
      try {
        client ??= await this.#connect();
        await this.#transaction(client, count, isRolledBack);
        if (!isRolledBack) this.#rows += count;
        this.#transactions++;
        return client;
      } catch {
        if (attempt === 1) this.#repeated++;
        void client?.end().catch(() => undefined);
        client = undefined;
        await delay(PAUSE_MS, undefined, { signal }).catch(() => undefined);
      }
    }
    return client;
  }

  async #transaction(client: Client, count: number, isRolledBack: boolean): Promise<void> {
    const from = this.#rows + 1;
    const sign = isRolledBack ? -1 : 1;
    await client.query("BEGIN");
    // Of a transaction that is sent again: the one before it may have been committed, or still be on its way.
    await client.query(
      "INSERT INTO ledger SELECT $1::int * i, 'row ' || i FROM generate_series($2::int, $3::int) i ON CONFLICT DO NOTHING",
      [sign, from, from + count - 1],
    );
    await client.query(isRolledBack ? "ROLLBACK" : "COMMIT");
  }
}
