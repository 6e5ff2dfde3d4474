import { finished } from "node:stream/promises";

import type { Client } from "pg";
import { to as copyTo } from "pg-copy-streams";

import { codecOf } from "../../src/reconcile/columns/codec-of.js";
import type { ColumnCodec, EventModes } from "../../src/reconcile/columns/column-codec.js";
import { COPY_SETTINGS } from "../../src/reconcile/columns/copy-settings.js";
import { readColumns } from "../../src/reconcile/columns/read-columns.js";
import { Hasher } from "../../src/reconcile/hasher.js";

const SEED = [0x12345678, 0x9abcdef0] as const;

/** A column as it is compared: NULL has no hash. */
export interface HashedValue {
  readonly hash: string | null;
  readonly shown: string | null;
}

export interface ComparedTable {
  readonly codecs: ReadonlyMap<string, ColumnCodec>;
  /** Why the others are not compared, by their names. */
  readonly unsupported: ReadonlyMap<string, string>;
  /** By the row's id, then by column. */
  readonly rows: ReadonlyMap<number, ReadonlyMap<string, HashedValue>>;
}

/** Reads a table, with a column `id` of integers, as `reconcile` does. */
export async function hashTable(client: Client, table: string, modes: EventModes): Promise<ComparedTable> {
  for (const [name, value] of Object.entries(COPY_SETTINGS)) await client.query(`SET ${name} = '${value}'`);
  const { rows: found } = await client.query<{ oid: number }>("SELECT $1::regclass::oid AS oid", [table]);
  const oid = found[0]?.oid ?? 0;
  const columns = (await readColumns(client, [oid])).get(oid) ?? [];
  const codecs = new Map<string, ColumnCodec>();
  const unsupported = new Map<string, string>();
  for (const column of columns) {
    const codec = codecOf(column, modes);
    if ("unsupported" in codec) unsupported.set(column.name, codec.unsupported);
    else codecs.set(column.name, codec);
  }
  const rows = new Map<number, Map<string, HashedValue>>();
  for (const fields of await copyRows(client, table, codecs)) {
    const row = new Map<string, HashedValue>();
    [...codecs].forEach(([name, codec], index) => {
      const field = fields[index];
      row.set(name, field === undefined ? NOTHING : hashBinary(codec, field));
    });
    rows.set(Number(row.get("id")?.shown), row);
  }
  return { codecs, unsupported, rows };
}

const NOTHING: HashedValue = { hash: null, shown: null };

/** Of a value as COPY has it. */
export function hashBinary(codec: ColumnCodec, bytes: Buffer): HashedValue {
  const hasher = new Hasher(SEED);
  hasher.begin(1);
  // In the middle of others, as it stands in COPY's output.
  const padded = Buffer.concat([Buffer.from([7, 34, 92]), bytes, Buffer.from([34, 0, 0, 255])]);
  codec.hashBinary(padded, 3, 3 + bytes.length, hasher);
  hasher.end();
  return { hash: `${hasher.high}/${hasher.low}`, shown: codec.showBinary(bytes) };
}

/** Of a value as it stands in an event; "not decodable" where the codec does not take it. */
export function hashJson(codec: ColumnCodec, json: string): HashedValue {
  if (json === "null") return NOTHING;
  const hasher = new Hasher(SEED);
  hasher.begin(1);
  const bytes = Buffer.from(`:${json},"x"`);
  const isKnown = codec.hashJson(bytes, 1, bytes.length - 4, hasher);
  hasher.end();
  return { hash: isKnown ? `${hasher.high}/${hasher.low}` : "not decodable", shown: codec.showJson(json) };
}

async function copyRows(
  client: Client,
  table: string,
  codecs: ReadonlyMap<string, ColumnCodec>,
): Promise<(Buffer | undefined)[][]> {
  const list = [...codecs].map(([name, { expression }]) => expression(client.escapeIdentifier(name)));
  const stream = client.query(
    copyTo(`COPY (SELECT ${list.join(", ")} FROM ${table}) TO STDOUT (FORMAT binary)`),
  );
  const chunks: Buffer[] = [];
  stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  await finished(stream);
  return parseCopy(Buffer.concat(chunks));
}

function parseCopy(bytes: Buffer): (Buffer | undefined)[][] {
  const rows: (Buffer | undefined)[][] = [];
  // Signature, flags, and the length of a header's extension.
  let at = 19 + bytes.readInt32BE(15);
  for (let count = bytes.readInt16BE(at); count >= 0; count = bytes.readInt16BE(at)) {
    at += 2;
    const row: (Buffer | undefined)[] = [];
    for (let field = 0; field < count; field++) {
      const length = bytes.readInt32BE(at);
      at += 4;
      row.push(length < 0 ? undefined : bytes.subarray(at, at + length));
      at += Math.max(length, 0);
    }
    rows.push(row);
  }
  return rows;
}

/** The text of each column's JSON in an event's `after`, as it was sent. */
export function fieldsOfEvent(event: string): ReadonlyMap<string, string> | undefined {
  const fields = (object: string): Map<string, string> => {
    const found = new Map<string, string>();
    let at = 1;
    while (object[at] === '"') {
      const nameEnd = endOfValue(object, at);
      const end = endOfValue(object, nameEnd + 1);
      found.set(JSON.parse(object.slice(at, nameEnd)) as string, object.slice(nameEnd + 1, end));
      at = end + 1;
    }
    return found;
  };
  const value = fields(event);
  const payload = value.has("payload") ? fields(value.get("payload") ?? "") : value;
  const after = payload.get("after") ?? "null";
  return after === "null" ? undefined : fields(after);
}

function endOfValue(json: string, start: number): number {
  let depth = 0;
  for (let at = start; at < json.length; at++) {
    const char = json[at] ?? "";
    if (char === '"') {
      for (at++; json[at] !== '"'; at++) if (json[at] === "\\") at++;
      if (depth === 0) return at + 1;
    } else if (char === "{" || char === "[") {
      depth++;
    } else if (depth > 0 && (char === "}" || char === "]")) {
      if (--depth === 0) return at + 1;
    } else if (depth === 0 && [",", "}", "]", ":"].includes(char)) {
      return at;
    }
  }
  return json.length;
}
