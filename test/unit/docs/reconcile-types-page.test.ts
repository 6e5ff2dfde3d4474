import { writeFile } from "node:fs/promises";

import { expect, test } from "vitest";

import { codecOf } from "../../../src/reconcile/columns/codec-of.js";
import { eventModesOf } from "../../../src/reconcile/columns/event-modes.js";
import { renewSection } from "../../support/generated-section.js";

const DOCUMENT = new URL("../../../docs/reconcile-types.md", import.meta.url);

/** As SQL names them, by their names in the catalog. */
const TYPES: Readonly<Record<string, string>> = {
  smallint: "int2",
  integer: "int4",
  bigint: "int8",
  oid: "oid",
  boolean: "bool",
  real: "float4",
  "double precision": "float8",
  numeric: "numeric",
  money: "money",
  "char(n)": "bpchar",
  varchar: "varchar",
  text: "text",
  '"char"': "char",
  name: "name",
  citext: "citext",
  json: "json",
  jsonb: "jsonb",
  xml: "xml",
  uuid: "uuid",
  bytea: "bytea",
  "bit(n)": "bit",
  varbit: "varbit",
  date: "date",
  time: "time",
  timetz: "timetz",
  timestamp: "timestamp",
  timestamptz: "timestamptz",
  interval: "interval",
  inet: "inet",
  cidr: "cidr",
  macaddr: "macaddr",
  macaddr8: "macaddr8",
  int4range: "int4range",
  int8range: "int8range",
  numrange: "numrange",
  tsrange: "tsrange",
  tstzrange: "tstzrange",
  daterange: "daterange",
  int4multirange: "int4multirange",
  point: "point",
  line: "line",
  lseg: "lseg",
  box: "box",
  path: "path",
  polygon: "polygon",
  circle: "circle",
  hstore: "hstore",
  ltree: "ltree",
  tsvector: "tsvector",
  tsquery: "tsquery",
  pg_lsn: "pg_lsn",
  geometry: "geometry",
};
const OF_EXTENSIONS = ["citext", "hstore", "ltree", "geometry"];

function told(name: string, isArray: boolean): string {
  const schema = OF_EXTENSIONS.includes(name) ? "public" : "pg_catalog";
  const type = { schema, name, kind: "b", category: "X", isArray, isDomain: false, modifier: -1 };
  const codec = codecOf(
    { name: "c", type, isNullable: true, canBeToasted: true, isGenerated: false },
    eventModesOf({}),
  );
  if ("unsupported" in codec) return `no: ${codec.unsupported}`;
  return codec.caveat === undefined ? "yes" : `yes; ${codec.caveat}`;
}

test("docs/reconcile-types.md tells of each type whether it is compared", async () => {
  const rows = Object.entries(TYPES).map(([type, name]) => {
    const [one, many] = [told(name, false), told(name, true)];
    return `| \`${type}\` | ${one} | ${many === one ? "as well" : many} |`;
  });
  const table = ["| type | compared | arrays of it |", "| --- | --- | --- |", ...rows].join("\n");
  const { written, renewed } = await renewSection(DOCUMENT, "types", table);
  if (process.env.UPDATE_DOCS === "1") await writeFile(DOCUMENT, renewed);
  else expect(written, "run UPDATE_DOCS=1 npx vitest run --project unit").toBe(renewed);
});
