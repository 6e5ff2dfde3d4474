/** A column of a type, and values of it as SQL, from edge to edge. NULL is added to each. */
export interface TypeSample {
  /** The column's name. */
  readonly name: string;
  readonly type: string;
  readonly values: readonly string[];
  /** Values that Debezium changes or drops, and where: in its snapshot, or with a setting. */
  readonly lost?: readonly Loss[];
}

export interface Loss {
  readonly value: string;
  readonly in: "snapshot" | "always" | "nanoseconds" | "structured" | "precise";
}

const quoted = (...texts: string[]): string[] => texts.map((text) => `'${text.replaceAll("'", "''")}'`);

const lost = (where: Loss["in"], ...texts: string[]): Loss[] =>
  quoted(...texts).map((value) => ({ value, in: where }));

const TEXTS = [
  "",
  "plain",
  "  spaces  ",
  'quote " back\\slash / tab \t line \n end',
  "é ü ß 漢字 😀  \u0001 \u007f \u0085",
  "null",
  "NaN",
  "{}",
  "x".repeat(300),
];
/** Days that the old calendar of Java has not, or takes for others. */
const BEYOND_SNAPSHOT = ["1582-10-10", "0044-03-15 BC", "4713-01-01 BC"];
const TIMES = ["00:00", "23:59:59.999999", "12:34:56.789", "12:34:56.000001", "24:00"];
/** Before and after what 64 bits of nanoseconds can tell. */
const BEYOND_NANOSECONDS = [
  "1582-10-10 12:00",
  "0001-01-01 00:00",
  "0044-03-15 12:00:00.123 BC",
  "9999-12-31 23:59:59.999",
  "200000-01-01 00:00:00.5",
];
const TIMESTAMPS = [
  "1970-01-01 00:00",
  "2024-02-29 23:59:59.999999",
  "1969-12-31 23:59:59.123456",
  "2000-01-01 00:00",
  "2038-01-19 03:14:08.5",
];
const INTERVALS = [
  "0",
  "1 year 2 months 3 days 04:05:06.789",
  "-1 year -2 months +3 days -04:05:06.000001",
  "178000000 years",
  "1 microsecond",
  "-13 months",
  "100 hours",
  "59.999999 seconds",
  "1 mon -1 sec",
];
const NUMERICS = [
  "0",
  "0.00",
  "1.10",
  "-12345678901234567890.123456789",
  "1e30",
  "1e-20",
  "100",
  "-0.5",
  "99999999",
];

/** All types of PostgreSQL's own, and of the extensions that come with it and Debezium knows. */
export const EVERY_TYPE: readonly TypeSample[] = [
  { name: "c_smallint", type: "smallint", values: ["0", "-32768", "32767"] },
  { name: "c_integer", type: "integer", values: ["0", "-2147483648", "2147483647", "-1"] },
  {
    name: "c_bigint",
    type: "bigint",
    values: ["0", "-9223372036854775808", "9223372036854775807", "9007199254740993", "-1", "4294967296"],
  },
  { name: "c_oid", type: "oid", values: ["0", "4294967295"] },
  { name: "c_bigserial", type: "bigint", values: ["1", "2"] },
  { name: "c_boolean", type: "boolean", values: ["true", "false"] },
  {
    name: "c_real",
    type: "real",
    values: quoted(
      "0",
      "-0",
      "1.1",
      "3.4028235e38",
      "1e-45",
      "NaN",
      "Infinity",
      "-Infinity",
      "16777216",
      "1e10",
      "1e-5",
    ),
  },
  {
    name: "c_double",
    type: "double precision",
    values: quoted(
      "0",
      "-0",
      "0.1",
      "1.7976931348623157e308",
      "5e-324",
      "NaN",
      "Infinity",
      "-Infinity",
      "1e21",
      "123456789",
      "1e-7",
      "2e-3",
    ),
  },
  {
    name: "c_numeric",
    type: "numeric",
    values: [...NUMERICS, ...quoted("NaN", "Infinity", "-Infinity")],
    lost: lost("precise", "NaN", "Infinity", "-Infinity"),
  },
  {
    name: "c_numeric_10_2",
    type: "numeric(10,2)",
    values: ["0", "1.1", "-99999999.99", "12345.67", "'NaN'"],
    lost: lost("precise", "NaN"),
  },
  { name: "c_numeric_5_0", type: "numeric(5)", values: ["0", "-99999", "100"] },
  {
    name: "c_numeric_38_18",
    type: "numeric(38,18)",
    values: ["0", "12345678901234567890.123456789012345678", "-1e-18"],
  },
  {
    name: "c_money",
    type: "money",
    values: quoted(
      "0",
      "12.34",
      "-12.34",
      "92233720368547758.07",
      "-92233720368547758.08",
      "1234567.89",
      "0.05",
    ),
  },
  { name: "c_char_5", type: "char(5)", values: quoted("", "ab", "abcde", "é") },
  { name: "c_varchar_300", type: "varchar(300)", values: quoted(...TEXTS) },
  { name: "c_text", type: "text", values: quoted(...TEXTS) },
  { name: "c_citext", type: "citext", values: quoted(...TEXTS) },
  { name: "c_name", type: "name", values: quoted("", "name", "é") },
  { name: "c_one_char", type: `"char"`, values: quoted("", "a", "é") },
  { name: "c_xml", type: "xml", values: quoted("<a>1 &amp; <b/></a>", "text", '<?xml version="1.0"?><a/>') },
  {
    name: "c_json",
    type: "json",
    values: quoted('{"b": 1,  "a":[1.0, null, "é\\u00e9\\n"]}', "null", "1", '""'),
  },
  {
    name: "c_jsonb",
    type: "jsonb",
    values: quoted(
      '{"b": 1,  "aa":[1.0, null, "é\\u00e9\\n"], "a": 1e5}',
      "null",
      "1",
      '""',
      "12345678901234567890.10",
    ),
  },
  {
    name: "c_uuid",
    type: "uuid",
    values: quoted("00000000-0000-0000-0000-000000000000", "FFFFFFFF-ffff-4fff-8fff-0123456789ab"),
  },
  {
    name: "c_inet",
    type: "inet",
    values: quoted("192.168.0.1", "192.168.0.1/24", "::1", "2001:db8::/32", "::ffff:1.2.3.4"),
  },
  { name: "c_cidr", type: "cidr", values: quoted("192.168.0.0/24", "10.0.0.1/32", "2001:db8::/32") },
  { name: "c_macaddr", type: "macaddr", values: quoted("08:00:2b:01:02:03", "ff:00:2b:01:02:03") },
  {
    name: "c_macaddr8",
    type: "macaddr8",
    values: quoted("08:00:2b:01:02:03:04:05", "08:00:2b:01:02:03:04:06"),
  },
  { name: "c_bit_1", type: "bit(1)", values: ["B'0'", "B'1'"] },
  { name: "c_bit_7", type: "bit(7)", values: ["B'0000000'", "B'1000001'", "B'0000010'"] },
  {
    name: "c_bit_64",
    type: "bit(64)",
    values: ["B'0'::bit(64)", "(-1)::bigint::bit(64)", "5::bigint::bit(64)", "(1::bigint << 63)::bit(64)"],
  },
  {
    name: "c_varbit",
    type: "varbit",
    values: ["B''", "B'0'", "B'1'", "B'101'", "B'00000000000000001'", "B'10000000000000000'"],
  },
  {
    name: "c_varbit_1",
    type: "varbit(1)",
    values: ["B'0'", "B'1'", "B''"],
    lost: [{ value: "B''", in: "always" }],
  },
  {
    name: "c_varbit_40",
    type: "varbit(40)",
    values: ["B''", "B'0'", "B'1'", "B'0101'", "B'1111111111111111111111111111111111111111'"],
  },
  {
    name: "c_bytea",
    type: "bytea",
    values: quoted("\\x", "\\x00", "\\xdeadbeef", "\\xfffefdfc7f80", "\\x3e3f"),
  },
  {
    name: "c_date",
    type: "date",
    values: quoted(
      "1970-01-01",
      "0001-01-01",
      "2024-02-29",
      "9999-12-31",
      "1900-03-01",
      "200000-01-01",
      "infinity",
      "-infinity",
      ...BEYOND_SNAPSHOT,
    ),
    lost: lost("snapshot", ...BEYOND_SNAPSHOT),
  },
  { name: "c_time", type: "time", values: quoted(...TIMES), lost: lost("structured", "24:00") },
  {
    name: "c_time_0",
    type: "time(0)",
    values: quoted(...TIMES),
    lost: lost("structured", "24:00", "23:59:59.999999"),
  },
  {
    name: "c_time_3",
    type: "time(3)",
    values: quoted(...TIMES),
    lost: lost("structured", "24:00", "23:59:59.999999"),
  },
  { name: "c_time_6", type: "time(6)", values: quoted(...TIMES), lost: lost("structured", "24:00") },
  {
    name: "c_timetz",
    type: "timetz",
    values: quoted(
      "00:00+00",
      "23:59:59.999999-05",
      "12:34:56.789+05:30",
      "01:00+14",
      "24:00+00",
      "24:00+02",
      "12:34:56.100000+02",
      "23:00-12",
    ),
  },
  { name: "c_timetz_3", type: "timetz(3)", values: quoted("00:00+00", "12:34:56.789+05:30") },
  {
    name: "c_timestamp",
    type: "timestamp",
    values: quoted(...TIMESTAMPS, ...BEYOND_NANOSECONDS, "infinity", "-infinity"),
    lost: lost("nanoseconds", ...BEYOND_NANOSECONDS),
  },
  {
    name: "c_timestamp_0",
    type: "timestamp(0)",
    values: quoted(...TIMESTAMPS, ...BEYOND_NANOSECONDS, "infinity", "-infinity"),
    lost: lost("nanoseconds", ...BEYOND_NANOSECONDS),
  },
  {
    name: "c_timestamp_3",
    type: "timestamp(3)",
    values: quoted(...TIMESTAMPS, ...BEYOND_NANOSECONDS, "infinity", "-infinity"),
    lost: lost("nanoseconds", ...BEYOND_NANOSECONDS),
  },
  {
    name: "c_timestamp_6",
    type: "timestamp(6)",
    values: quoted(...TIMESTAMPS, ...BEYOND_NANOSECONDS, "infinity", "-infinity"),
    lost: lost("nanoseconds", ...BEYOND_NANOSECONDS),
  },
  {
    name: "c_timestamptz",
    type: "timestamptz",
    values: quoted(
      ...TIMESTAMPS.map((time) => `${time}+02`),
      "1582-10-10 12:00+00",
      "0001-01-01 00:00+14",
      "0044-03-15 12:00:00.000001+00 BC",
      "1883-01-01 12:00+00:00:15",
      "200000-01-01 00:00+00",
      "infinity",
      "-infinity",
    ),
  },
  {
    name: "c_timestamptz_0",
    type: "timestamptz(0)",
    values: quoted(...TIMESTAMPS.map((time) => `${time}+00`)),
  },
  {
    name: "c_timestamptz_3",
    type: "timestamptz(3)",
    values: quoted(...TIMESTAMPS.map((time) => `${time}+00`), "infinity"),
  },
  {
    name: "c_timestamptz_6",
    type: "timestamptz(6)",
    values: quoted(...TIMESTAMPS.map((time) => `${time}+00`)),
  },
  {
    name: "c_interval",
    type: "interval",
    values: quoted(
      ...INTERVALS,
      "-178000000 years",
      "2147483647 days",
      "-0.5 seconds",
      "1 day -00:00:00.000001",
    ),
  },
  { name: "c_enum", type: "mood", values: quoted("happy", "so so", 'quo"ted', "é") },
  { name: "c_int4range", type: "int4range", values: quoted("empty", "[1,5)", "(,)", "[,7)", "(3,)") },
  { name: "c_int8range", type: "int8range", values: quoted("[1,9223372036854775807)", "empty") },
  { name: "c_numrange", type: "numrange", values: quoted("[1.10,2.50]", "(,5)", "empty") },
  {
    name: "c_tsrange",
    type: "tsrange",
    values: quoted(
      '["2024-01-01 00:00","2024-01-02 00:00:00.5")',
      "(,)",
      "[-infinity,infinity)",
      "[0044-03-15 BC,)",
    ),
  },
  {
    name: "c_tstzrange",
    type: "tstzrange",
    values: quoted('["2024-01-01 00:00+02","2024-01-02 00:00:00.5+00")', "empty", "(,)"),
  },
  {
    name: "c_daterange",
    type: "daterange",
    values: quoted("[2024-01-01,2024-02-01)", "empty", "[,infinity)"),
  },
  { name: "c_int4multirange", type: "int4multirange", values: quoted("{}", "{[1,3),[5,7)}") },
  {
    name: "c_hstore",
    type: "hstore",
    values: quoted("", "a=>1", 'b=>NULL, "k \\"q\\"" => "v \\\\ w", a=>"é, =>"'),
  },
  { name: "c_ltree", type: "ltree", values: quoted("", "a", "Top.Science.Astronomy") },
  { name: "c_point", type: "point", values: quoted("(0,0)", "(1.5,-2.25)", "(1e300,NaN)", "(Infinity,-0)") },
  { name: "c_box", type: "box", values: quoted("(2,3),(0,1)", "(0,0),(0,0)") },
  { name: "c_lseg", type: "lseg", values: quoted("[(0,0),(1,1.5)]", "[(0,0),(1,1)]") },
  { name: "c_line", type: "line", values: quoted("{1,-1,0.5}", "{1,-1,0}") },
  { name: "c_path", type: "path", values: quoted("[(0,0),(1,1)]", "((0,0),(1,1),(2,0))") },
  {
    name: "c_polygon",
    type: "polygon",
    values: quoted("((0,0),(1,1),(2,0))", "((0,0))", "((1,1),(2,2),(1,1))"),
  },
  { name: "c_circle", type: "circle", values: quoted("<(1,2),3.5>", "<(1,2),0>") },
  { name: "c_tsvector", type: "tsvector", values: quoted("", "a:1A fat:2B,4 'cat''s':3") },
  { name: "c_tsquery", type: "tsquery", values: quoted("fat & (rat | cat)", "rat") },
  { name: "c_pg_lsn", type: "pg_lsn", values: quoted("16/B374D848", "0/0") },
  { name: "c_composite", type: "pair", values: ["ROW(1, 'a')", "ROW(1, 'b')"] },
  { name: "c_domain_int", type: "positive", values: ["1", "2147483647"] },
  { name: "c_domain_text", type: "short_text", values: quoted("a", "é") },
  { name: "c_domain_numeric", type: "price", values: ["1.1", "99999999.99"] },
  { name: "c_domain_domain", type: "dear_price", values: ["100.5", "100.6"] },
  { name: "c_domain_enum", type: "any_mood", values: quoted("happy", "é") },
  {
    name: "c_domain_timestamp",
    type: "moment",
    values: quoted("2024-02-29 23:59:59.123", "2024-02-29 23:59:59.124"),
  },
  {
    name: "c_domain_uuid",
    type: "some_id",
    values: quoted("ffffffff-ffff-4fff-8fff-0123456789ab", "ffffffff-ffff-4fff-8fff-0123456789ac"),
  },
  { name: "c_smallint_array", type: "smallint[]", values: quoted("{}", "{1,NULL,-3}") },
  {
    name: "c_integer_array",
    type: "integer[]",
    values: quoted("{}", "{1,NULL,-3}", "[0:1]={1,2}", "{{1,2},{3,4},{5,6}}"),
  },
  { name: "c_bigint_array", type: "bigint[]", values: quoted("{}", "{1,NULL,9223372036854775807}") },
  {
    name: "c_text_array",
    type: "text[]",
    values: [
      "'{}'",
      `ARRAY['a', NULL, 'NULL', '', 'q"u\\o', 'c,o{m}', 'é😀']`,
      "'{{a,b},{c,d}}'",
      "'{[Ljava.lang.String;@1f}'",
    ],
  },
  { name: "c_varchar_array", type: "varchar(10)[]", values: quoted("{}", "{a,NULL}") },
  { name: "c_char_array", type: "char(3)[]", values: quoted("{a,NULL}", "{a,b}") },
  { name: "c_boolean_array", type: "boolean[]", values: quoted("{}", "{t,f,NULL}") },
  { name: "c_real_array", type: "real[]", values: quoted("{1.1,NaN,-Infinity}", "{1.1}") },
  { name: "c_double_array", type: "double precision[]", values: quoted("{1.1,NaN,-Infinity,NULL}", "{}") },
  { name: "c_numeric_array", type: "numeric[]", values: quoted("{1.10,NULL,-5}", "{1.10,NULL,-6}") },
  { name: "c_numeric_10_2_array", type: "numeric(10,2)[]", values: quoted("{1.10,NULL,-5}", "{1.11}") },
  {
    name: "c_date_array",
    type: "date[]",
    values: quoted("{2024-02-29,NULL}", "{0044-03-15 BC}"),
    lost: lost("always", "{0044-03-15 BC}"),
  },
  {
    name: "c_time_array",
    type: "time[]",
    values: quoted("{12:34:56.789,NULL}", "{00:00}", "{12:34:56.789123}"),
  },
  {
    name: "c_timetz_array",
    type: "timetz[]",
    values: quoted("{12:34:56.789+02,NULL}", "{12:34:56.788+02,NULL}"),
  },
  {
    name: "c_timestamp_array",
    type: "timestamp[]",
    values: quoted('{"2024-02-29 23:59:59.999999",NULL}', "{infinity}", "{0044-03-15 BC}"),
    lost: lost("always", "{0044-03-15 BC}"),
  },
  {
    name: "c_timestamptz_array",
    type: "timestamptz[]",
    values: quoted('{"2024-02-29 23:59:59.999999+02",NULL}', "{infinity}"),
  },
  {
    name: "c_uuid_array",
    type: "uuid[]",
    values: quoted("{ffffffff-ffff-4fff-8fff-0123456789ab,NULL}", "{ffffffff-ffff-4fff-8fff-0123456789ab}"),
  },
  {
    name: "c_json_array",
    type: "json[]",
    values: [`ARRAY['{"b": 1,  "a":2}'::json, NULL]`, `ARRAY['{"b": 1, "a":2}'::json]`],
  },
  {
    name: "c_jsonb_array",
    type: "jsonb[]",
    values: [`ARRAY['{"b": 1,  "a":2}'::jsonb, NULL]`, "ARRAY['1'::jsonb]"],
  },
  {
    name: "c_bytea_array",
    type: "bytea[]",
    values: ["ARRAY['\\xdeadbeef'::bytea, NULL]", "ARRAY[''::bytea]"],
  },
  { name: "c_inet_array", type: "inet[]", values: quoted("{192.168.0.1,NULL}", "{192.168.0.1/24,NULL}") },
  {
    name: "c_enum_array",
    type: "mood[]",
    values: quoted("{}", '{happy,"so so"}', "{happy,NULL}"),
    lost: lost("always", "{happy,NULL}"),
  },
  {
    name: "c_int4range_array",
    type: "int4range[]",
    values: ["ARRAY['[1,5)'::int4range, NULL]", "ARRAY['[1,6)'::int4range]"],
  },
  {
    name: "c_tstzrange_array",
    type: "tstzrange[]",
    values: [
      `ARRAY['["2024-01-01 00:00+02",)'::tstzrange, NULL]`,
      `ARRAY['["2024-01-01 00:00+03",)'::tstzrange]`,
    ],
  },
  { name: "c_citext_array", type: "citext[]", values: quoted("{a,NULL,B}", "{A,NULL,B}") },
  {
    name: "c_hstore_array",
    type: "hstore[]",
    values: ["ARRAY['a=>1'::hstore, NULL]", "ARRAY['a=>NULL'::hstore]"],
  },
  { name: "c_ltree_array", type: "ltree[]", values: quoted("{a.b,c}", "{a.b}") },
  { name: "c_money_array", type: "money[]", values: quoted("{1.25,NULL}") },
  { name: "c_name_array", type: "name[]", values: quoted("{a,NULL}") },
  { name: "c_interval_array", type: "interval[]", values: quoted('{"1 day",NULL}') },
  { name: "c_bit_array", type: "bit(3)[]", values: quoted("{101,NULL}") },
  { name: "c_varbit_array", type: "varbit[]", values: quoted("{101,NULL}") },
  { name: "c_xml_array", type: "xml[]", values: quoted("{<a/>,NULL}") },
  { name: "c_point_array", type: "point[]", values: quoted('{"(1,2)",NULL}') },
  { name: "c_oid_array", type: "oid[]", values: quoted("{1,4294967295,NULL}", "{}") },
  { name: "c_numeric_5_minus_2", type: "numeric(5,-2)", values: ["12345", "-12345", "0"] },
  { name: "c_numeric_3_5", type: "numeric(3,5)", values: ["0.00123", "-0.00999"] },
  { name: "c_interval_3", type: "interval(3)", values: quoted("1.123456 sec", "1 day") },
  { name: "c_timestamp_3_array", type: "timestamp(3)[]", values: quoted("{2024-01-01 00:00:01.5}", "{}") },
  { name: "c_domain_of_array", type: "int_list", values: quoted("{1,2}", "{}") },
  { name: "c_domain_bit", type: "one_bit", values: ["B'1'", "B'0'"] },
  { name: "c_one_char_array", type: `"char"[]`, values: quoted("{a}", "{}") },
  { name: "c_int2vector", type: "int2vector", values: quoted("1 2", "") },
  { name: "c_polygon_array", type: "polygon[]", values: [`ARRAY['((0,0),(1,1),(2,0))'::polygon]`] },
  { name: "c_jsonpath", type: "jsonpath", values: quoted("$.a", "$.b") },
  { name: "select", type: "text", values: quoted("a", "b") },
  { name: 'Quo"ted é', type: "text", values: quoted("a", "b") },
  { name: `c_63_bytes_${"x".repeat(52)}`, type: "text", values: quoted("a", "b") },
  { name: "c_domain_array", type: "positive[]", values: quoted("{1,2}", "{1,3}") },
];

/** The types that `EVERY_TYPE` needs. */
export const OWN_TYPES_SQL = `
  CREATE EXTENSION IF NOT EXISTS citext;
  CREATE EXTENSION IF NOT EXISTS hstore;
  CREATE EXTENSION IF NOT EXISTS ltree;
  CREATE TYPE mood AS ENUM ('happy', 'so so', 'quo"ted', 'é');
  CREATE TYPE pair AS (a int, b text);
  CREATE DOMAIN positive AS int CHECK (VALUE > 0);
  CREATE DOMAIN short_text AS varchar(5);
  CREATE DOMAIN price AS numeric(10,2);
  CREATE DOMAIN dear_price AS price CHECK (VALUE > 100);
  CREATE DOMAIN any_mood AS mood;
  CREATE DOMAIN moment AS timestamp(3);
  CREATE DOMAIN some_id AS uuid;
  CREATE DOMAIN int_list AS int[];
  CREATE DOMAIN one_bit AS bit(1);
`;
