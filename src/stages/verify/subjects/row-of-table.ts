import {
  inTransaction,
  type PostgresClient,
  postgresErrorOf,
  quoteIdentifier,
  quoteLiteral,
  sqlStateOf,
} from "../../../clients/postgres.js";
import { CdcError } from "../../../errors.js";
import type { ProbeSubject, WrittenProbe } from "../probe.js";
import { checkRow, rowInvalid } from "./check-row.js";
import type { TableInDatabase } from "./table-facts.js";

/** Of these types PostgreSQL's text and the event's value are the same. */
const SAME_TEXT = new Set(["smallint", "integer", "bigint", "boolean", "text", "character varying", "uuid"]);

/** What is in the way for longer is told, instead of standing in a queue before the application's own work. */
const LOCK_TIMEOUT_MS = 10_000;

type Texts = Readonly<Record<string, string | null>>;

interface InsertedRow {
  readonly ctid: string;
  readonly tableoid: string;
  readonly texts: Texts;
}

interface DeletedRow {
  readonly txId: string;
  readonly texts: Texts;
}

/** A text of this length, out of the row, is taken for its own where events cannot be decoded. */
const MARK_MIN_LENGTH = 8;

/**
 * A row of an application's table: inserted and deleted again in one transaction. What stays is what triggers do, and
 * the numbers that sequences have given.
 * @throws CdcError PROBE_ROW_INVALID for a row that does not fit
 */
export function rowOfTable(client: PostgresClient, table: TableInDatabase, json: string): ProbeSubject {
  const names = checkRow(json, table);
  const insertion = insertInto(table, names, json);
  return {
    schema: table.schema,
    table: table.name,
    replicaIdentity: table.replicaIdentity,
    ops: ["c", "d"],
    required: ["c"],
    triggers: table.triggers,
    isOurs: false,
    write: async () => {
      const written = await explained(
        table,
        inTransaction(client, () => insertAndDelete(client, table, insertion)),
      );
      return { ...written, committedAtMs: performance.now() };
    },
  };
}

/** The row goes through PostgreSQL's own reading of JSON, so that no number is rounded on the way. */
function insertInto(table: TableInDatabase, names: readonly string[], json: string): string {
  const given = table.columns.filter(({ name }) => names.includes(name));
  const columns = given.map(({ name }) => quoteIdentifier(name)).join(", ");
  const types = given.map(({ name, sqlType }) => `${quoteIdentifier(name)} ${sqlType}`).join(", ");
  const values =
    names.length === 0
      ? "DEFAULT VALUES"
      : `(${columns}) SELECT ${columns} FROM json_to_record(${quoteLiteral(json)}) AS r(${types})`;
  return `INSERT INTO ${quoted(table)} ${values} RETURNING ctid::text AS "ctid", tableoid::text AS "tableoid", ${textsOf(table)}`;
}

async function insertAndDelete(
  client: PostgresClient,
  table: TableInDatabase,
  insertion: string,
): Promise<Omit<WrittenProbe, "committedAtMs">> {
  await client.query(`SET LOCAL lock_timeout = ${LOCK_TIMEOUT_MS}`);
  const { rows: inserted } = await client.query<InsertedRow>(insertion);
  const [row] = inserted;
  if (row === undefined) {
    throw rowInvalid(`${table.schema}.${table.name} did not take the row: a trigger or a rule keeps it out`);
  }
  const { rows: deleted } = await client.query<DeletedRow>(
    `DELETE FROM ${quoted(table)} WHERE ${whereIs(table, row)}
     RETURNING pg_current_xact_id()::text AS "txId", ${textsOf(table)}`,
  );
  const [last, ...others] = deleted;
  if (last === undefined || others.length > 0) {
    throw rowInvalid(
      `the row of ${table.schema}.${table.name} could not be deleted again, so that nothing was kept of it: a trigger or a rule changes or keeps it`,
      { hint: "prove another table, or the program's own: leave out --table" },
    );
  }
  const { columns, key } = knownBy(table, row.texts);
  return {
    txId: Number(BigInt(last.txId) & 0xffff_ffffn),
    sentAtMs: performance.now(),
    columns,
    lastColumns: knownBy(table, last.texts).columns,
    key,
    marks: Object.values(row.texts).filter((text): text is string => (text?.length ?? 0) >= MARK_MIN_LENGTH),
  };
}

/** By its key, since a trigger may have changed the row; by its place where it has none. */
function whereIs({ columns }: TableInDatabase, { ctid, tableoid, texts }: InsertedRow): string {
  const keys = columns.filter(({ isKey }) => isKey);
  if (keys.length === 0) return `ctid = ${quoteLiteral(ctid)} AND tableoid = ${quoteLiteral(tableoid)}`;
  // The literal takes the type of the column, so that its index is used.
  return keys
    .map(({ name }) => `${quoteIdentifier(name)} = ${quoteLiteral(texts[name] ?? "")}`)
    .join(" AND ");
}

/** Each column's value as PostgreSQL's text, as one JSON object: a column may be called anything. */
const textsOf = ({ columns }: TableInDatabase): string =>
  `jsonb_object(ARRAY[${columns.map(({ name }) => `${quoteLiteral(name)}, ${quoteIdentifier(name)}::text`).join(", ")}]) AS texts`;

function knownBy({ columns }: TableInDatabase, texts: Texts): Pick<WrittenProbe, "columns" | "key"> {
  const same = columns.flatMap(({ name, type, isKey }) => {
    const text = texts[name] ?? null;
    return text === null || !SAME_TEXT.has(type) ? [] : [{ name, isKey, value: text }];
  });
  const mapOf = (some: typeof same) => new Map(some.map(({ name, value }) => [name, value]));
  return { columns: mapOf(same), key: mapOf(same.filter(({ isKey }) => isKey)) };
}

const quoted = ({ schema, name }: TableInDatabase): string =>
  `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;

/** What PostgreSQL has against the row, as what to do about it; nothing of it was kept. */
async function explained<T>(table: TableInDatabase, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const cause = postgresErrorOf(error);
    if (cause === undefined) throw error;
    const name = `${table.schema}.${table.name}`;
    const detail = cause.detail === undefined ? "" : ` (${cause.detail})`;
    const said = `${cause.message}${detail}; nothing was kept`;
    const state = sqlStateOf(error) ?? "";
    if (state === "55000" && cause.message.includes("replica identity")) {
      throw new CdcError("TABLES_WITHOUT_IDENTITY", `a row of ${name} cannot be deleted: ${said}`, {
        hint: `give it a primary key, or: ALTER TABLE ${quoteIdentifier(table.schema)}.${quoteIdentifier(table.name)} REPLICA IDENTITY FULL;`,
        cause: error,
      });
    }
    if (state === "23505") {
      throw rowInvalid(`${name} has a row of this key already: ${said}`, {
        hint: "give --row another key, or leave out a key that PostgreSQL gives by itself",
        cause: error,
      });
    }
    // Integrity, data, a column that is not written to, a type that does not fit.
    if (/^(22|23|428C9|42804|P0001)/.test(state)) {
      throw rowInvalid(`${name} does not take the row: ${said}`, { cause: error });
    }
    throw error;
  }
}
