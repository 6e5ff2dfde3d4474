import type { TypeSample } from "./every-type.js";

const BIG = 3_000;
const filled = (value: string): string[] => [`array_fill(${value}, ARRAY[${BIG}])`];
const LONG_TEXT = `repeat('x', ${BIG})`;

/** Values that PostgreSQL keeps apart from the row, of every type that can have them. */
export const TOASTED_TYPES: readonly TypeSample[] = [
  { name: "t_text", type: "text", values: [LONG_TEXT] },
  { name: "t_varchar", type: "varchar(6000)", values: [LONG_TEXT] },
  { name: "t_char", type: "char(5000)", values: ["'x'"] },
  { name: "t_citext", type: "citext", values: [LONG_TEXT] },
  { name: "t_xml", type: "xml", values: [`('<a>' || ${LONG_TEXT} || '</a>')::xml`] },
  { name: "t_json", type: "json", values: [`to_json(${LONG_TEXT})`] },
  { name: "t_jsonb", type: "jsonb", values: [`to_jsonb(${LONG_TEXT})`] },
  { name: "t_bytea", type: "bytea", values: [`convert_to(${LONG_TEXT}, 'UTF8')`] },
  { name: "t_hstore", type: "hstore", values: [`hstore('a', ${LONG_TEXT})`] },
  { name: "t_ltree", type: "ltree", values: ["(repeat('xxxxxx.', 900) || 'x')::ltree"] },
  {
    name: "t_tsvector",
    type: "tsvector",
    values: ["(SELECT string_agg('w' || i, ' ') FROM generate_series(1, 900) i)::tsvector"],
  },
  { name: "t_numeric", type: "numeric", values: ["repeat('7', 9000)::numeric"] },
  { name: "t_bit", type: "bit(40000)", values: ["repeat('1', 40000)::bit(40000)"] },
  { name: "t_varbit", type: "varbit", values: ["repeat('1', 40000)::varbit"] },
  {
    name: "t_path",
    type: "path",
    values: [
      "('[' || (SELECT string_agg(format('(%s,1)', i), ',') FROM generate_series(1, 500) i) || ']')::path",
    ],
  },
  {
    name: "t_polygon",
    type: "polygon",
    values: [
      "('(' || (SELECT string_agg(format('(%s,1)', i), ',') FROM generate_series(1, 500) i) || ')')::polygon",
    ],
  },
  { name: "t_numrange", type: "numrange", values: ["numrange(1, repeat('7', 9000)::numeric)"] },
  { name: "t_composite", type: "pair", values: [`ROW(1, ${LONG_TEXT})::pair`] },
  {
    name: "t_multirange",
    type: "int4multirange",
    values: ["(SELECT range_agg(int4range(i * 2, i * 2 + 1)) FROM generate_series(1, 900) i)"],
  },
  { name: "t_domain_text", type: "long_text", values: [LONG_TEXT] },
  { name: "t_domain_bytea", type: "long_bytes", values: [`convert_to(${LONG_TEXT}, 'UTF8')`] },
  { name: "t_domain_numeric", type: "long_number", values: ["repeat('7', 9000)::numeric"] },
  { name: "t_domain_hstore", type: "long_hstore", values: [`hstore('a', ${LONG_TEXT})`] },
  { name: "t_domain_of_array", type: "int_list", values: filled("1") },
  { name: "t_smallints", type: "smallint[]", values: filled("1::smallint") },
  { name: "t_integers", type: "integer[]", values: filled("1") },
  { name: "t_bigints", type: "bigint[]", values: filled("1::bigint") },
  { name: "t_oids", type: "oid[]", values: filled("1::oid") },
  { name: "t_texts", type: "text[]", values: filled("'x'::text") },
  { name: "t_varchars", type: "varchar(5)[]", values: filled("'x'::varchar") },
  { name: "t_chars", type: "char(3)[]", values: filled("'x'::char(3)") },
  { name: "t_citexts", type: "citext[]", values: filled("'x'::citext") },
  { name: "t_booleans", type: "boolean[]", values: [`array_fill(true, ARRAY[9000])`] },
  { name: "t_reals", type: "real[]", values: filled("1::real") },
  { name: "t_doubles", type: "double precision[]", values: filled("1::double precision") },
  { name: "t_numerics", type: "numeric[]", values: filled("1.5::numeric") },
  { name: "t_dates", type: "date[]", values: filled("date '2024-01-01'") },
  { name: "t_times", type: "time[]", values: filled("time '12:00'") },
  { name: "t_timetzs", type: "timetz[]", values: filled("timetz '12:00+00'") },
  { name: "t_timestamps", type: "timestamp[]", values: filled("timestamp '2024-01-01'") },
  { name: "t_timestamptzs", type: "timestamptz[]", values: filled("timestamptz '2024-01-01 00:00+00'") },
  { name: "t_uuids", type: "uuid[]", values: filled("gen_random_uuid()") },
  { name: "t_jsons", type: "json[]", values: filled("'1'::json") },
  { name: "t_jsonbs", type: "jsonb[]", values: filled("'1'::jsonb") },
  { name: "t_byteas", type: "bytea[]", values: filled("'\\x00'::bytea") },
  { name: "t_inets", type: "inet[]", values: filled("'1.2.3.4'::inet") },
  { name: "t_enums", type: "mood[]", values: filled("'happy'::mood") },
  { name: "t_ranges", type: "int4range[]", values: filled("'[1,2)'::int4range") },
  { name: "t_hstores", type: "hstore[]", values: filled("'a=>1'::hstore") },
  { name: "t_ltrees", type: "ltree[]", values: filled("'a'::ltree") },
  { name: "t_domain_array", type: "positive[]", values: filled("1::positive") },
];

/** The types that `TOASTED_TYPES` needs beside those of `OWN_TYPES_SQL`. */
export const LONG_TYPES_SQL = `
  CREATE DOMAIN long_text AS text;
  CREATE DOMAIN long_bytes AS bytea;
  CREATE DOMAIN long_number AS numeric;
  CREATE DOMAIN long_hstore AS hstore;
`;
