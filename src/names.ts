import { createHash } from "node:crypto";

import { CdcError } from "./errors.js";

/** What one application database is called in PostgreSQL, Kafka and Connect. */
export interface DatabaseNames {
  readonly database: string;
  readonly connector: string;
  readonly slot: string;
  readonly topicPrefix: string;
}

const SLUG_MAX_LENGTH = 63 - "debezium_".length - "_slot".length;
const HASH_LENGTH = 10;

/**
 * The names derived from a database's name. A plain name is used as it is; any other is spelled with
 * letters, digits and `_` (all that a slot's name may hold) and gets a hash of the whole name, so that
 * no two databases share a name. A plain name that looks as if it ended in such a hash gets one as well.
 */
export function namesOf(database: string): DatabaseNames {
  const slug = slugOf(database);
  return {
    database,
    connector: `${slug}-connector`,
    slot: `debezium_${slug}_slot`,
    topicPrefix: `debezium.${slug}`,
  };
}

function slugOf(database: string): string {
  const isPlain = /^[a-z0-9_]+$/.test(database) && database.length <= SLUG_MAX_LENGTH;
  const looksHashed = new RegExp(`_[0-9a-f]{${HASH_LENGTH}}$`).test(database);
  if (isPlain && !looksHashed) return database;
  const hash = createHash("sha256").update(database).digest("hex").slice(0, HASH_LENGTH);
  const readable = database
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "")
    .slice(0, SLUG_MAX_LENGTH - HASH_LENGTH - 1);
  return readable === "" ? `db_${hash}` : `${readable}_${hash}`;
}

const TEMPLATES = ["template0", "template1"];

/** PostgreSQL cuts longer names off without an error. */
export const NAME_MAX_BYTES = 63;

/** Whether PostgreSQL can have this name, and no other in its place: half of a surrogate pair would be sent as `�`. */
export const isPostgresName = (name: string): boolean =>
  name !== "" && !/\0|\p{Surrogate}/u.test(name) && Buffer.byteLength(name) <= NAME_MAX_BYTES;

/**
 * @throws CdcError DATABASE_NAME_INVALID for a name that PostgreSQL would cut or refuse, and for the
 *   templates: a slot in one would keep every new database from being made
 */
export function checkDatabaseName(database: string): void {
  if (TEMPLATES.includes(database)) {
    throw new CdcError(
      "DATABASE_NAME_INVALID",
      `${database} is what new databases are made from, not one to capture`,
      {
        hint: "name an application's database",
      },
    );
  }
  if (isPostgresName(database)) return;
  const bytes = Buffer.byteLength(database);
  if (bytes >= 1 && bytes <= NAME_MAX_BYTES) {
    throw new CdcError("DATABASE_NAME_INVALID", "the database's name holds what no name can hold", {
      hint: "leave out NUL, and halves of surrogate pairs",
    });
  }
  throw new CdcError("DATABASE_NAME_INVALID", `a database's name has 1 to 63 bytes; this one has ${bytes}`, {
    hint: bytes === 0 ? "give a name of 1 to 63 bytes" : "use a shorter name",
  });
}
