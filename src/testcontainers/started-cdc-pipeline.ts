import type { Config } from "../config/config.js";
import type { Context } from "../context.js";
import { CdcError } from "../errors.js";
import { namesOf } from "../names.js";
import { runPipeline } from "../pipeline.js";
import type { Proof } from "../stages/verify/proof.js";
import type { Endpoints, ServerName } from "../targets/target.js";
import { deadlineIn } from "../wait/deadline.js";
import type { ChangeEvent } from "./change-event.js";
import { bracketed, type ContainerPlans } from "./container-plan.js";
import type { ContainerSet } from "./container-set.js";
import { EventFeed } from "./event-feed.js";
import type { EventOptions } from "./event-options.js";
import type { NetworkLike } from "./network-like.js";

/** A database that is captured. */
export interface StartedDatabase {
  readonly name: string;
  /** `postgres://user:password@host:port/name`, as the administrator. */
  readonly connectionUri: string;
  readonly connector: string;
  readonly slot: string;
  readonly topicPrefix: string;
}

export interface StartedParts {
  readonly set: ContainerSet;
  readonly plans: ContainerPlans;
  readonly network: NetworkLike;
  readonly endpoints: Endpoints;
  readonly config: Config;
  readonly databases: readonly string[];
}

const VERIFY_TIMEOUT_MS = 60_000;

/** Servers in containers whose databases are captured, proved by `start`. */
export class StartedCdcPipeline implements AsyncDisposable {
  /** For clients of this process. */
  readonly postgres: {
    readonly host: string;
    readonly port: number;
    readonly user: string;
    readonly password: string;
    /** The administrator's own database, which is not captured. */
    readonly adminDatabase: string;
  };
  readonly kafka: { readonly brokers: readonly string[] };
  readonly connect: { readonly url: string };
  /** In the order in which they were named. */
  readonly databases: readonly StartedDatabase[];
  /** For containers of your own that join the same network. */
  readonly inNetwork: {
    readonly network: string;
    readonly postgres: { readonly host: string; readonly port: number };
    readonly kafka: { readonly brokers: readonly string[] };
    readonly connect: { readonly url: string };
  };
  readonly #parts: StartedParts;
  readonly #feed: EventFeed;
  #stopped: Promise<void> | undefined;

  constructor(parts: StartedParts) {
    const { endpoints, plans, network, config } = parts;
    const { host, port, adminUser: user, adminPassword: password, adminDatabase } = endpoints.postgres;
    this.#parts = parts;
    this.#feed = new EventFeed(endpoints, config.debezium.publication);
    this.postgres = { host, port, user, password, adminDatabase };
    this.kafka = { brokers: endpoints.kafka.brokers };
    this.connect = { url: endpoints.connect.url };
    const login = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
    this.databases = parts.databases.map((name) => {
      const { connector, slot, topicPrefix } = namesOf(name);
      const connectionUri = `postgres://${login}@${bracketed(host)}:${port}/${encodeURIComponent(name)}`;
      return { name, connectionUri, connector, slot, topicPrefix };
    });
    this.inNetwork = {
      network: network.getName(),
      postgres: { host: plans.postgres.alias, port: plans.postgres.portInNetwork },
      kafka: { brokers: [`${plans.kafka.alias}:${plans.kafka.portInNetwork}`] },
      connect: { url: `http://${plans.connect.alias}:${plans.connect.portInNetwork}` },
    };
  }

  /** One of the databases; without a name the only one. @throws CdcError USAGE */
  database(name?: string): StartedDatabase {
    const found =
      name === undefined && this.databases.length === 1
        ? this.databases[0]
        : this.databases.find((database) => database.name === name);
    if (found !== undefined) return found;
    const known = this.databases.map((database) => database.name).join(", ");
    const problem = name === undefined ? "which database is meant?" : `there is no database ${name} here`;
    throw new CdcError("USAGE", problem, { hint: `name one of ${known}` });
  }

  /**
   * The next change of a table that was not handed out yet, since `start`; it waits for one. Events that are left out
   * by `op` or `predicate` are kept for later calls.
   * @param table `schema.table`, or a table of `public`
   * @throws CdcError EVENT_NOT_SEEN when none comes in time, CONNECTOR_TASK_FAILED when none will ever come,
   *   INTERRUPTED after `stop`
   */
  async nextEvent<Row = Record<string, unknown>>(
    table: string,
    options: EventOptions<Row> = {},
  ): Promise<ChangeEvent<Row>> {
    this.#requireRunning();
    return this.#feed.next(namesOf(this.database(options.database).name), table, options);
  }

  /** One event after the other, without an end; each is waited for as `nextEvent` does. */
  async *events<Row = Record<string, unknown>>(
    table: string,
    options: EventOptions<Row> = {},
  ): AsyncGenerator<ChangeEvent<Row>, never, undefined> {
    for (;;) yield await this.nextEvent(table, options);
  }

  /**
   * Puts a row into a table of its own, waits for its event and removes it: the way from end to end, once more.
   * @throws CdcError USAGE where several databases are captured and none is named; INTERRUPTED after `stop`
   */
  async verify(database?: string): Promise<Proof> {
    const { name } = this.database(database);
    this.#requireRunning();
    const context: Context = {
      report: () => undefined,
      signal: new AbortController().signal,
      deadline: deadlineIn(VERIFY_TIMEOUT_MS),
    };
    const { config } = this.#parts;
    const { proofs } = await runPipeline({ config, databases: [{ name }], stages: ["verify"] }, context);
    const proof = proofs.get(name);
    if (proof === undefined) throw new Error(`no proof for ${name}`);
    return proof;
  }

  /** The last lines of a server's log, 200 by default. */
  logs(server: ServerName, { lines = 200 }: { readonly lines?: number } = {}): Promise<string> {
    return this.#parts.set.logs(server, lines);
  }

  /** Removes the containers, their data and their network. A second call waits for the first. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  /** For `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  /** @throws CdcError INTERRUPTED */
  #requireRunning(): void {
    if (this.#stopped === undefined) return;
    throw new CdcError("INTERRUPTED", "the containers are stopped", { hint: "await it before stop" });
  }

  async #stop(): Promise<void> {
    try {
      await this.#feed.close();
    } finally {
      await this.#parts.set.remove();
    }
  }
}
