import type { ConnectEndpoint } from "../clients/connect/connect-endpoint.js";
import type { KafkaEndpoint } from "../clients/kafka/kafka-endpoint.js";
import type { PostgresEndpoint } from "../clients/postgres.js";
import type { ConnectorTls } from "../config/read-postgres.js";
import type { Context } from "../context.js";
import type { Stage } from "../run-stage.js";
import type { Recovery } from "./recovery.js";
import type { WorkerPassword } from "./worker-password.js";

/** The servers as this process reaches them. */
export interface Endpoints {
  readonly postgres: PostgresEndpoint;
  readonly kafka: KafkaEndpoint;
  readonly connect: ConnectEndpoint;
}

/** Servers that are there, in the two views that differ: ours, and the one from inside Kafka Connect. */
export interface Deployment {
  readonly endpoints: Endpoints;
  readonly postgresFromConnect: PostgresFromConnect;
  /** Where Kafka Connect is ours and has a config provider: connectors refer to the password then. */
  readonly workerPassword?: WorkerPassword;
  /**
   * The password of Debezium's role that is kept with the servers, for where the configuration sets none: it goes
   * before the default. Undefined where none is kept.
   */
  readonly keptPassword?: () => Promise<string | undefined>;
  /** The folder with the servers' logs, where they are on this machine. */
  readonly logsDir?: string;
  /** Nobody but this machine reaches them: a password that the README names may be shown. Not known without it. */
  readonly isLoopbackOnly?: boolean;
  /** Where they are still when this process has ended, if not at `endpoints`: those are tunnels then. */
  readonly lasting?: LastingAddresses;
  /** Where it may be cut while the servers go on: what leads to them. */
  readonly ways?: Ways;
  /** What else a person is told of where they are, below the addresses: a label and its text. */
  readonly reach?: readonly (readonly [label: string, text: string])[];
  /** What a person may do next with these servers; without it, verify again. */
  readonly next?: readonly NextCommand[];
}

export interface PostgresFromConnect {
  readonly host: string;
  readonly port: number;
  /** Without it, the connector does as its own default says. */
  readonly tls?: ConnectorTls;
}

/** Tunnels through something that may go away and come back. */
export interface Ways {
  /** How often a connection was cut so far. */
  cuts(): number;
  /** Waits until the servers can be reached again. @throws CdcError where they cannot for long */
  mended(): Promise<void>;
}

export interface LastingAddresses {
  readonly postgres: { readonly host: string; readonly port: number };
  readonly kafka: readonly string[];
  readonly connect: string;
  /** A whole command that becomes psql on the server, where none on this machine reaches it. */
  readonly psql?: string;
}

/** `own`: arguments of this program; `shell`: a whole line for a shell. */
export type NextCommand = ({ readonly own: string } | { readonly shell: string }) & {
  readonly what: string;
};

export interface ServerStatus {
  readonly server: ServerName;
  /** `foreign`: it answers, but this program did not start it. */
  readonly state: "running" | "stopped" | "unreachable" | "foreign";
  readonly version: string;
  readonly address: string;
  readonly pid?: number;
  readonly log?: string;
}

export const SERVERS = ["postgres", "kafka", "connect"] as const;
export type ServerName = (typeof SERVERS)[number];

/** Connect first, so that it can tell Kafka its offsets; the database last. */
export const STOP_ORDER: readonly ServerName[] = [...SERVERS].reverse();

/** `nothing`: no server of this target was ever started from here. */
export type DownResult = "stopped" | "removed" | "nothing";

export interface DownOptions {
  /** The data of the servers go too. */
  readonly purge: boolean;
  /** Kafka and Kafka Connect end, PostgreSQL goes on; never together with `purge`. */
  readonly keepPostgres: boolean;
}

/** What `up` or `down` would do to one server, or to what belongs to it. Of `down`, `unchanged` is what it keeps. */
export interface PlannedServer {
  /** Missing for what belongs to all of them: their data. */
  readonly server?: ServerName;
  readonly title: string;
  readonly status: "created" | "started" | "updated" | "stopped" | "removed" | "unchanged";
  readonly detail?: string;
  /** The fields that would change, with what they are and what they would be. */
  readonly changes?: readonly { readonly key: string; readonly from?: string; readonly to?: string }[];
}

/** One way of running PostgreSQL, Kafka and Kafka Connect. */
export interface Target {
  readonly name: string;
  /** Whether the servers are made by this program, so that databases may be made in them unasked. */
  readonly ownsServers: boolean;
  /** Where PostgreSQL is ours, but Kafka and Kafka Connect are somebody else's. */
  readonly ownsConnect?: false;
  /** Brings the servers up and waits until they answer; changes nothing that is up already. */
  up(stage: Stage, context: Context): Promise<Deployment>;
  /** What `up` would do; writes nothing. */
  planUp(context: Context): Promise<readonly PlannedServer[]>;
  /**
   * The servers that are there, without a check of each.
   * @param needed those that the caller speaks with, by default all; the addresses of others may lead nowhere
   * @throws CdcError NOT_DEPLOYED
   */
  find(context: Context, needed?: readonly ServerName[]): Promise<Deployment>;
  status(context: Context): Promise<readonly ServerStatus[]>;
  /** Stops what this program started. */
  down(stage: Stage, context: Context, options: DownOptions): Promise<DownResult>;
  /** What `down` would stop, remove and keep; writes nothing. */
  planDown(context: Context, options: DownOptions): Promise<readonly PlannedServer[]>;
  /** The end of a server's log, and with `follow` what is added to it. @throws CdcError where the target has none */
  log(server: ServerName, options: LogOptions, context: Context): Promise<ServerLog>;
  /** Backups and recovery; missing where PostgreSQL is not this program's to back up. */
  recovery?(): Promise<Recovery>;
  /** What `up` would apply, as text for other tools; nothing is asked of a server. Missing where there is no such thing. */
  manifests?(): string;
  /** Lets go of what this process holds open, tunnels for one; the servers go on. */
  close(): Promise<void>;
}

export interface LogOptions {
  /** How many of the last lines. */
  readonly lines: number;
  /** Goes on until the signal is aborted. */
  readonly follow: boolean;
}

export interface ServerLog {
  /** Where it is: a file's path, or the name of a container. */
  readonly source: string;
  /** The text, in pieces of any length. */
  readonly pieces: AsyncIterable<string>;
}
