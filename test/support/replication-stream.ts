import type { Duplex } from "node:stream";

import { Client, type ClientConfig, type Submittable } from "pg";
import { both } from "pg-copy-streams";

import { notYet, ready } from "../../src/wait/wait-until.js";
import type { PostgresConnection } from "./postgres-connection.js";
import { formatLsn, parseLsn, readReplicationMessage, statusUpdate } from "./replication-messages.js";
import { until } from "./until.js";

declare module "pg-copy-streams" {
  /** Missing from the package's types. */
  export function both(
    command: string,
    options: { readonly readableObjectMode: boolean; readonly alignOnCopyDataFrame: boolean },
  ): Duplex & Submittable;
}

export interface StreamOptions {
  /** "database" for logical decoding, "true" for WAL as it is. */
  readonly replication: "database" | "true";
  readonly client: ClientConfig;
  /** `START_REPLICATION …`; may ask the server something before. */
  readonly command: (client: Client) => string | Promise<string>;
}

/**
 * One that reads what a server's sender of WAL sends. It answers the server's questions whether it is still
 * there, and confirms nothing by itself.
 */
export class ReplicationStream implements AsyncDisposable {
  /** Of the server's process that sends. */
  readonly pid: number;
  readonly #admin: PostgresConnection;
  readonly #client: Client;
  readonly #stream: Duplex;
  readonly #isPhysical: boolean;
  #messageCount = 0;
  #received = 0n;
  #confirmed = 0n;

  private constructor(admin: PostgresConnection, client: Client, stream: Duplex, isPhysical: boolean) {
    this.pid = (client as Client & { readonly processID: number }).processID;
    this.#admin = admin;
    this.#client = client;
    this.#stream = stream;
    this.#isPhysical = isPhysical;
    stream.on("data", (message: Buffer) => this.#take(message));
    // The server ended the stream, as some tests want; its client sees a closed connection.
    stream.on("error", () => undefined);
  }

  /** Done when the server has agreed to stream. `admin` may see all of the server's activity. */
  static async start(admin: PostgresConnection, options: StreamOptions): Promise<ReplicationStream> {
    const { host, port, user, password } = admin;
    const { replication } = options;
    const config = { host, port, user, password, ...options.client, replication };
    const client = new Client(config);
    client.on("error", () => undefined);
    await client.connect();
    try {
      const command = await options.command(client);
      const stream = client.query(both(command, { readableObjectMode: true, alignOnCopyDataFrame: true }));
      const started = new ReplicationStream(admin, client, stream, replication === "true");
      await new Promise<void>((resolve, reject) => {
        stream.once("error", reject);
        // It goes out only when the server has agreed.
        stream.write(statusUpdate(0n), () => resolve());
      });
      return started;
    } catch (error) {
      await client.end();
      throw error;
    }
  }

  /** How many pieces of data came so far. */
  get messageCount(): number {
    return this.#messageCount;
  }

  /** How far the server has sent, as PostgreSQL writes it: `0/16B3748`. */
  get receivedLsn(): string {
    return formatLsn(this.#received);
  }

  /** Tells the server that all up to `lsn`, by default all that was received, is kept; done when it has taken it. */
  async confirm(lsn: string = this.receivedLsn): Promise<void> {
    this.#confirmed = parseLsn(lsn);
    this.#stream.write(statusUpdate(this.#confirmed));
    const sql = `SELECT coalesce(s.confirmed_flush_lsn, r.flush_lsn)::text AS lsn
      FROM pg_stat_replication r LEFT JOIN pg_replication_slots s ON s.active_pid = r.pid WHERE r.pid = $1`;
    await until(`the confirmation of ${lsn}`, async () => {
      const found = (await this.#ask(sql))?.lsn;
      if (typeof found === "string" && parseLsn(found) >= this.#confirmed) return ready(undefined);
      return notYet(`the server has ${String(found)}`);
    });
  }

  /** Takes no more: when the buffers between are full (some megabytes), the server cannot send. */
  stopReading(): void {
    this.#stream.pause();
  }

  readOn(): void {
    this.#stream.resume();
  }

  /** Goes away without a word, as a process that is killed does; done when the server has noticed. */
  async close(): Promise<void> {
    await this.#client.end();
    await until(`the end of the sender ${this.pid}`, async () =>
      (await this.#ask("SELECT wait_event FROM pg_stat_activity WHERE pid = $1")) === undefined
        ? ready(undefined)
        : notYet("it is still there"),
    );
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #take(bytes: Buffer): void {
    const message = readReplicationMessage(bytes);
    if (message.kind === "data") {
      this.#messageCount += 1;
      // Logical pieces have no length in the WAL.
      this.#advance(message.start + BigInt(this.#isPhysical ? message.data.length : 0));
    } else {
      this.#advance(message.end);
      if (message.wantsReply) this.#stream.write(statusUpdate(this.#confirmed));
    }
  }

  #advance(lsn: bigint): void {
    if (lsn > this.#received) this.#received = lsn;
  }

  /** One row about this stream, from a connection of its own. */
  async #ask(sql: string): Promise<Record<string, unknown> | undefined> {
    const { host, port, user, password } = this.#admin;
    const client = new Client({ host, port, user, password, database: "postgres" });
    await client.connect();
    try {
      const { rows } = await client.query<Record<string, unknown>>(sql, [this.pid]);
      return rows[0];
    } finally {
      await client.end();
    }
  }
}
