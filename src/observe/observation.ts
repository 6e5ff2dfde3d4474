import type { ArchiveHealth } from "../recovery/archive-health.js";
import type { ServerStatus } from "../targets/target.js";

/** What one look at everything found. Plain data; the `--json` document of `status` and `/api/status` of `serve`. */
export interface Observation {
  /** When, ISO 8601 in UTC. */
  readonly time: string;
  readonly target: string;
  readonly servers: readonly ServerStatus[];
  /** What this program's connectors capture. */
  readonly databases: readonly DatabaseState[];
  readonly connectors: readonly ConnectorState[];
  readonly slots: readonly SlotState[];
  /** null where PostgreSQL is not this program's to back up, and where `unknown` says why. */
  readonly archive: ArchiveHealth | null;
  /** null where `unknown.slots` says why. */
  readonly wal: WalState | null;
  /** Why something could not be asked for, by its name here. */
  readonly unknown: Readonly<Partial<Record<"connectors" | "slots" | "archive" | "events", string>>>;
  /** What is not as it should be, the worst first. */
  readonly problems: readonly Problem[];
}

export interface DatabaseState {
  readonly name: string;
  readonly connector: string;
  readonly slot: string;
  readonly topicPrefix: string;
  /** `running`, or what its connector is instead, as Kafka Connect has it; `STARTING` where a task is missing yet. */
  readonly state: string;
  /** Why it does not run; null where it does. */
  readonly reason: string | null;
  readonly lag: Lag;
  /** The newest record of its tables' topics; null where there is none, and where `unknown.events` says why. */
  readonly lastEvent: LastEvent | null;
  /** When the connector wrote its last heartbeat; null where it wrote none. ISO 8601 in UTC. */
  readonly lastHeartbeatAt: string | null;
  /** How many records its tables' topics have ever got; null where `unknown.events` says why. */
  readonly events: number | null;
  /** Between the last two looks; null of a first one. */
  readonly eventsPerSecond: number | null;
}

/** How far Kafka Connect's confirmation is behind what PostgreSQL has written. */
export interface Lag {
  /** WAL beyond the confirmed position, of all databases of the server; null where it is not known. */
  readonly bytes: number | null;
  /** For at least so long there has been WAL that is not confirmed; null where nothing tells. */
  readonly atLeastMs: number | null;
  /** All that was written before is confirmed; null where nothing tells. */
  readonly atMostMs: number | null;
  /** Why a number is missing; null where none is. */
  readonly unknown: string | null;
}

export interface LastEvent {
  readonly topic: string;
  /** The record's time, ISO 8601 in UTC. */
  readonly at: string;
  /** By this machine's clock. */
  readonly agoMs: number;
}

export interface ConnectorState {
  readonly name: string;
  readonly state: string;
  readonly tasks: readonly string[];
  /** Why it is not running. */
  readonly reason?: string;
}

export interface SlotState {
  readonly name: string;
  readonly database: string;
  readonly active: boolean;
  readonly walStatus: string | null;
  /** WAL that the reader has not confirmed yet. */
  readonly unconfirmedBytes: number;
  /** WAL that PostgreSQL keeps for the slot. */
  readonly retainedBytes: number;
  /** WAL that may still be written before the slot is lost; null without a limit. */
  readonly safeBytes: number | null;
  /** How long the confirmed position has stood still, by the looks so far; null of a first one. */
  readonly confirmedAgoMs: number | null;
  /** How fast what is kept for it grows, negative where it shrinks; null where the looks do not tell yet. */
  readonly growthBytesPerSecond: number | null;
  /** Until it is lost, as it grows now; null where it does not grow, or has no limit. */
  readonly lostInMs: number | null;
  /** Until the disk is full of what is kept for it; null where it does not grow, or its limit comes first. */
  readonly diskFullInMs: number | null;
}

export interface WalState {
  readonly endLsn: string;
  /** `max_slot_wal_keep_size`; null without a limit. */
  readonly slotLimitBytes: number | null;
  /** What is free where WAL is; null where PostgreSQL runs on another machine or in a container. */
  readonly freeBytes: number | null;
  /** Since the last look; null of a first one. */
  readonly bytesPerSecond: number | null;
  /** Since the server's statistics were begun; null where they were begun just now. */
  readonly averageBytesPerSecond: number | null;
}

export interface Problem {
  readonly severity: "error" | "warning";
  readonly about: "server" | "connector" | "slot" | "wal" | "archive" | "unknown";
  readonly database: string | null;
  /** One clause. */
  readonly what: string;
  /** The command that helps or tells more; null where there is none. */
  readonly next: string | null;
}
