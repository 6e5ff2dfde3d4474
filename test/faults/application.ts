import { setTimeout as delay } from "node:timers/promises";

import type { Client } from "pg";

/** An application that never stops writing: what fails is tried again a moment later, and all it commits counts. */
export class Application {
  readonly #connect: () => Promise<Client>;
  readonly #stopping = new AbortController();
  #running: Promise<void> | undefined;
  #committed = 0;

  constructor(connect: () => Promise<Client>) {
    this.#connect = connect;
  }

  /** How many transactions were committed so far. */
  get committed(): number {
    return this.#committed;
  }

  start(): void {
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await this.#write(signal).catch(() => undefined);
      await delay(PAUSE_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  async #write(signal: AbortSignal): Promise<void> {
    const client = await this.#connect();
    try {
      while (!signal.aborted) {
        // Some rows come, some change, some go; one transaction in five is rolled back.
        const key = 1_000 + (this.#committed % 500);
        await client.query("BEGIN");
        await client.query(
          "INSERT INTO items VALUES ($1, 'new') ON CONFLICT (id) DO UPDATE SET note = items.note || '.'",
          [key],
        );
        await client.query("DELETE FROM items WHERE id = $1", [1_000 + ((this.#committed * 7) % 500)]);
        await client.query(this.#committed % 5 === 4 ? "ROLLBACK" : "COMMIT");
        this.#committed++;
        await delay(PAUSE_MS, undefined, { signal }).catch(() => undefined);
      }
    } finally {
      // A server that stands still answers no goodbye.
      void client.end().catch(() => undefined);
    }
  }
}

const PAUSE_MS = 50;
