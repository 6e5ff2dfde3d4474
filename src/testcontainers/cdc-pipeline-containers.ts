import { randomBytes } from "node:crypto";

import type { Context } from "../context.js";
import { DEFAULT_IMAGES } from "../default-images.js";
import { CdcError } from "../errors.js";
import { checkDatabaseName } from "../names.js";
import type { Reporter } from "../progress.js";
import type { ServerName } from "../targets/target.js";
import { deadlineIn } from "../wait/deadline.js";
import type { ContainersOptions } from "./containers-options.js";
import type { NetworkLike } from "./network-like.js";
import type { StartedCdcPipeline } from "./started-cdc-pipeline.js";

/** What a database is made of: an SQL file or SQL text, or neither, and it is empty at first. */
export interface DatabaseOptions {
  /** The path of an SQL file, from the working directory on, or its `file:` URL. */
  readonly schema?: string | URL;
  /** SQL itself. */
  readonly sql?: string;
}

export interface StartOptions {
  /** Ends the start and removes what was started. */
  readonly signal?: AbortSignal;
  /** Told what is done, step by step. */
  readonly report?: Reporter;
}

const DEFAULTS: ContainersOptions = {
  databases: [],
  images: DEFAULT_IMAGES,
  environment: { postgres: {}, kafka: {}, connect: {} },
  postgresSettings: {},
  schemas: [],
  network: undefined,
  startupTimeoutMs: 300_000,
};

/**
 * PostgreSQL, Kafka and Kafka Connect with Debezium in containers, for tests. Every `with…` answers a new object and
 * leaves this one as it is; `start` may be called several times, each time for containers of their own.
 */
export class CdcPipelineContainers {
  readonly #options: ContainersOptions;

  /** @param options for the `with…` methods; callers leave it out */
  constructor(options: ContainersOptions = DEFAULTS) {
    this.#options = options;
  }

  /** A database to make and to capture. @throws CdcError USAGE, DATABASE_NAME_INVALID */
  withDatabase(name: string, options: DatabaseOptions = {}): CdcPipelineContainers {
    checkDatabaseName(name);
    if (options.schema !== undefined && options.sql !== undefined) {
      throw new CdcError("USAGE", `database ${name}: schema and sql are both given`, { hint: "give one" });
    }
    if (this.#options.databases.some((database) => database.name === name)) {
      throw new CdcError("USAGE", `database ${name} is named twice`, { hint: "name each once" });
    }
    return this.#with({ databases: [...this.#options.databases, { name, ...options }] });
  }

  /** Other images; tags or digests of the same software. */
  withImages(images: Partial<Readonly<Record<ServerName, string>>>): CdcPipelineContainers {
    return this.#with({ images: { ...this.#options.images, ...images } });
  }

  /** Environment variables of one server's container; they go before those that are set otherwise. */
  withEnvironment(server: ServerName, environment: Readonly<Record<string, string>>): CdcPipelineContainers {
    const all = this.#options.environment;
    return this.#with({ environment: { ...all, [server]: { ...all[server], ...environment } } });
  }

  /** Settings of PostgreSQL: `{ max_connections: "50" }`. */
  withPostgresSettings(settings: Readonly<Record<string, string>>): CdcPipelineContainers {
    return this.#with({ postgresSettings: { ...this.#options.postgresSettings, ...settings } });
  }

  /** Captures these schemas only; without it, all of the application's. */
  withCapturedSchemas(...schemas: string[]): CdcPipelineContainers {
    return this.#with({ schemas: [...this.#options.schemas, ...schemas] });
  }

  /** Puts the containers into a network that exists, and that is left alone by `stop`. */
  withNetwork(network: NetworkLike): CdcPipelineContainers {
    return this.#with({ network });
  }

  /** How long `start` may take, in milliseconds, downloads of images included; 300,000 by default. */
  withStartupTimeout(startupTimeoutMs: number): CdcPipelineContainers {
    return this.#with({ startupTimeoutMs });
  }

  /**
   * Starts the servers, makes the databases, captures them, and proves for each that a committed row comes out of
   * Kafka. When it fails, nothing of it is left.
   * @throws CdcError USAGE, DOCKER_UNREACHABLE, TESTCONTAINERS_MISSING, IMAGE_UNAVAILABLE, SERVER_DIED,
   *   SERVER_NOT_READY, and what the stages throw; INTERRUPTED after an abort
   */
  async start({ signal, report = () => undefined }: StartOptions = {}): Promise<StartedCdcPipeline> {
    if (this.#options.databases.length === 0) {
      throw new CdcError("USAGE", "there is no database to capture", {
        hint: 'name one: new CdcPipelineContainers().withDatabase("mykart")',
      });
    }
    const context: Context = {
      report,
      signal: signal ?? new AbortController().signal,
      deadline: deadlineIn(this.#options.startupTimeoutMs),
    };
    const { startPipeline } = await import("./start-pipeline.js");
    return startPipeline(randomBytes(4).toString("hex"), this.#options, context);
  }

  #with(change: Partial<ContainersOptions>): CdcPipelineContainers {
    return new CdcPipelineContainers({ ...this.#options, ...change });
  }
}
