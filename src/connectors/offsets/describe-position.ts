import type { StoredOffset } from "../../clients/connect/connect-client.js";
import type { SlotPosition } from "../../clients/slot-positions.js";
import { formatLsn } from "../../lsn.js";
import type { Agreement } from "./compare-positions.js";
import type { ConnectorPosition } from "./read-positions.js";

/** How far a connector has read, for `connectors offsets --json`. */
export interface PositionDocument {
  readonly name: string;
  /** null where the worker cannot tell. */
  readonly offsets: readonly StoredOffset[] | null;
  /** Only of Debezium's connectors for PostgreSQL, else null. */
  readonly postgres: PostgresDocument | null;
}

export interface PostgresDocument {
  readonly database: string;
  readonly slot: string;
  /** What is stored, as `0/16B3748`; null where nothing is. */
  readonly lsn: string | null;
  /** The slot as PostgreSQL has it; null where there is none, or where it was not asked. */
  readonly confirmedLsn: string | null;
  readonly restartLsn: string | null;
  readonly isActive: boolean | null;
  readonly walStatus: string | null;
  readonly retainedBytes: number | null;
  /** null where PostgreSQL was not asked. */
  readonly agreement: Agreement | null;
  readonly isLoss: boolean | null;
  /** What the agreement means, or why PostgreSQL was not asked. */
  readonly meaning: string;
  /** The command that begins anew with a snapshot; null where no change is lost. */
  readonly remedy: string | null;
}

export function describePosition({ name, offsets, postgres }: ConnectorPosition): PositionDocument {
  if (postgres === undefined) return { name, offsets: offsets ?? null, postgres: null };
  const { database, slotName, stored, slot, comparison, beginAnew } = postgres;
  return {
    name,
    offsets: offsets ?? null,
    postgres: {
      database,
      slot: slotName,
      lsn: stored === null ? null : formatLsn(stored.lsn),
      ...slotFields(slot),
      ...("notAsked" in comparison
        ? {
            agreement: null,
            isLoss: null,
            meaning: `PostgreSQL was not asked: ${comparison.notAsked}`,
            remedy: null,
          }
        : { ...comparison, remedy: comparison.isLoss ? beginAnew : null }),
    },
  };
}

const slotFields = (slot: SlotPosition | undefined) => ({
  confirmedLsn: slot?.confirmedLsn ?? null,
  restartLsn: slot?.restartLsn ?? null,
  isActive: slot?.isActive ?? null,
  walStatus: slot?.walStatus ?? null,
  retainedBytes: slot?.retainedBytes ?? null,
});
