import { MARK } from "./own-objects.js";

const SCHEMA_COMMENT = `${MARK}: holds the table that proves capture`;
const RECORD = /; before it, (\{.*\})$/s;

/** What a role could do in a database before it was prepared: as `heldRights` tells it. */
export interface RightsRecord {
  readonly role: string;
  readonly held: readonly string[];
}

/**
 * The comment on the program's schema. It holds what the role could do before, where that is not nothing or where the
 * role is somebody else's: without it nobody could tell later what `prepare` gave.
 */
export const schemaComment = (before?: RightsRecord): string =>
  before === undefined ? SCHEMA_COMMENT : `${SCHEMA_COMMENT}; before it, ${JSON.stringify(before)}`;

/** @returns undefined where the comment holds no record, or none that can be read */
export function readRecord(comment: string): RightsRecord | undefined {
  const json = RECORD.exec(comment)?.[1];
  if (json === undefined) return undefined;
  try {
    const value = JSON.parse(json) as Partial<Record<keyof RightsRecord, unknown>>;
    const { role, held } = value;
    if (typeof role !== "string" || !Array.isArray(held)) return undefined;
    return { role, held: held.filter((right) => typeof right === "string") };
  } catch {
    return undefined;
  }
}
