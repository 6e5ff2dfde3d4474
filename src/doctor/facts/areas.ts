import type { DefaultPassword } from "../../default-passwords.js";
import type { DatabaseNames } from "../../names.js";
import type { ConnectFacts, ConnectorFacts } from "./connect-facts.js";
import type { DatabaseEntry } from "./database-entry.js";
import type { DatabaseFacts } from "./database-facts.js";
import type { KafkaFacts } from "./kafka-facts.js";
import type { LoginFacts } from "./login-facts.js";
import type { ServerFacts } from "./server-facts.js";
import type { SlotProbe } from "./slot-probe.js";

/** What of the configuration checks go by. */
export interface DoctorSettings {
  /** The application databases that are looked at. */
  readonly databases: readonly DatabaseNames[];
  /** Debezium's role. */
  readonly role: string;
  readonly publication: string;
  /** The application's schemas that are captured; empty means all. */
  readonly schemas: readonly string[];
  readonly heartbeatMs: number;
  /** Empty where only this machine reaches the server. */
  readonly defaultPasswords: readonly DefaultPassword[];
  /** PostgreSQL as this process reaches it. */
  readonly postgres: {
    readonly host: string;
    readonly port: number;
    readonly adminUser: string;
    readonly adminDatabase: string;
  };
  /** PostgreSQL as Kafka Connect reaches it. */
  readonly postgresFromConnect: { readonly host: string; readonly port: number };
  /** The brokers that this process verifies against. */
  readonly brokers: readonly string[];
}

/** Whether each server answered at all: undefined, or why not. */
export interface Reach {
  readonly postgres: string | undefined;
  readonly connect: string | undefined;
  readonly kafka: string | undefined;
}

/** The facts that checks need, by area. Those of one database stand beside those of the servers. */
export interface Areas {
  readonly reach: Reach;
  readonly server: ServerFacts;
  readonly connect: ConnectFacts;
  readonly kafka: KafkaFacts;
  /** Of one database: */
  readonly entry: DatabaseEntry;
  readonly database: DatabaseFacts;
  readonly login: LoginFacts;
  readonly probe: SlotProbe;
  /** The database's own connector; not known where there is none. */
  readonly connector: ConnectorFacts;
}
export type AreaName = keyof Areas;

/** An area that was read, or why it could not be. */
export type Known<T> = { readonly value: T } | { readonly unknown: string };
export type KnownAreas = { readonly [Name in AreaName]?: Known<Areas[Name]> };
