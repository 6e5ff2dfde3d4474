import { describe, expect, it } from "vitest";

import { codecOf } from "../../../../src/reconcile/columns/codec-of.js";
import type { ColumnCodec, ColumnType } from "../../../../src/reconcile/columns/column-codec.js";
import { eventModesOf } from "../../../../src/reconcile/columns/event-modes.js";
import { hashBinary, hashJson } from "../../../support/compare-columns.js";

type Config = Readonly<Record<string, string>>;

const typeOf = (name: string, rest: Partial<ColumnType> = {}): ColumnType => ({
  schema: "pg_catalog",
  name,
  kind: "b",
  category: "X",
  isArray: false,
  isDomain: false,
  modifier: -1,
  ...rest,
});

function codec(type: ColumnType, config: Config = {}): ColumnCodec {
  const facts = { name: "c", type, isNullable: true, canBeToasted: true, isGenerated: false };
  const found = codecOf(facts, eventModesOf(config));
  if ("unsupported" in found) throw new Error(found.unsupported);
  return found;
}

const STRINGS = { "decimal.handling.mode": "string" };
const mode = (timePrecision: string): Config => ({ "time.precision.mode": timePrecision });

describe("JSON that no column of the type can have", () => {
  it.each<[string, ColumnType, Config, string[]]>([
    ["whole numbers", typeOf("int4"), {}, ['"1"', "1.5", "-", "", "99999999999999999999", "true", "1x"]],
    ["beyond 64 bits", typeOf("int8"), {}, ["9223372036854775808", "-9223372036854775809"]],
    ["booleans", typeOf("bool"), {}, ["1", '"true"']],
    ["doubles", typeOf("float8"), {}, ['"x"', "1e5x", "", "1.2.3"]],
    ["texts", typeOf("text"), {}, ["1", '"', '"\\x"', '"\\u12g4"', '"\\"']],
    ["UUIDs", typeOf("uuid"), {}, ['"123"', '"0123456g-89ab-cdef-0123-456789abcdef"', "1"]],
    ["bytes", typeOf("bytea"), {}, ['"*"', "1"]],
    ["hexadecimal bytes", typeOf("bytea"), { "binary.handling.mode": "hex" }, ['"abc"', '"xy"']],
    ["moments", typeOf("timestamptz"), {}, ['"2024-13-01T00:00:00Z"', '"today"', "1"]],
    ["nanoseconds", typeOf("timestamp"), mode("nanoseconds"), ["1001", '"1"']],
    ["times", typeOf("time"), mode("isostring"), ['"noon"', "1"]],
    ["decimals", typeOf("numeric"), {}, ['"AA=="', "1.5", '{"scale":1}']],
    ["intervals", typeOf("interval"), {}, ['"P1Y"', "1.5"]],
    ["arrays", typeOf("int4", { isArray: true }), {}, ["1", '["a"]', "[1.5]"]],
    ["points", typeOf("point"), {}, ["{}", "1", '{"x":1,"y":"a"}']],
    ["lines", typeOf("lseg"), {}, ["{}", '{"wkb":"AQ=="}', '{"wkb":"AQIAAAD/////"}']],
    ["pairs", typeOf("hstore", { schema: "public" }), {}, ["1", '"a=>1"', '"{\\"a\\":1}"']],
  ])("is refused: %s", (_, type, config, values) => {
    const found = codec(type, config);
    expect(values.filter((json) => hashJson(found, json).hash !== "not decodable")).toEqual([]);
  });
});

describe("both forms of one value", () => {
  it.each<[string, ColumnType, Config, string, string, string]>([
    [
      "the least whole number",
      typeOf("int8"),
      {},
      "8000000000000000",
      "-9223372036854775808",
      "-9223372036854775808",
    ],
    [
      "a text with escapes",
      typeOf("text"),
      {},
      "22 5c 2f 0a f09f9880 c3a9",
      '"\\"\\\\\\/\\n\\uD83D\\uDE00\\u00e9"',
      '"\\/\n😀é',
    ],
    ["minus zero", typeOf("float8"), {}, "8000000000000000", "-0.0", "-0"],
    ["a short float", typeOf("float4"), {}, "3f8ccccd", "1.1", "1.100000023841858"],
    ["not a number, of many", typeOf("float8"), {}, "7ff8000000000001", '"NaN"', "NaN"],
    [
      "a decimal",
      typeOf("numeric"),
      STRINGS,
      "0003 0001 4000 0002 0001 0929 1a2c",
      '"-12345.67"',
      "-12345.67",
    ],
    ["a fraction", typeOf("numeric"), STRINGS, "0001 fffe 0000 0006 0064", '"0.000001"', "0.000001"],
    [
      "a Java decimal",
      typeOf("numeric", { modifier: 655366 }),
      {},
      "0001 0000 4000 0002 0001",
      '"nA=="',
      "-1",
    ],
    [
      "a number with its scale",
      typeOf("numeric"),
      {},
      "0002 0000 0000 0002 0001 03e8",
      '{"scale":1,"value":"Cw=="}',
      "1.1",
    ],
    ["the first microsecond", typeOf("timestamp"), {}, "fffca2fec4c82000", "0", "1970-01-01 00:00:00"],
    [
      "rounded down",
      typeOf("timestamp"),
      mode("connect"),
      "fffca2fec4c81fff",
      "-1",
      "1969-12-31 23:59:59.999",
    ],
    [
      "with an offset",
      typeOf("timestamptz"),
      {},
      "fffca2fec4c82000",
      '"1970-01-01T02:00:00+02:00"',
      "1970-01-01 00:00:00",
    ],
    [
      "a late moment",
      typeOf("timestamp"),
      {},
      "58000000000d1e80",
      "6342014960138518144",
      "202940-06-14 22:15:38.518144",
    ],
    ["no bits", typeOf("bit", { modifier: 3 }), {}, "00000003 00", '""', "B''"],
    ["an empty array", typeOf("int4", { isArray: true }), {}, "00000000 00000000 00000017", "[]", "{}"],
    [
      "two rows",
      typeOf("int4", { isArray: true }),
      {},
      "00000002 00000000 00000017 00000002 00000001 00000001 00000001 00000004 00000001 00000004 00000002",
      "[null,null]",
      "{NULL,NULL}",
    ],
  ])("has one hash: %s", (_, type, config, hex, json, shown) => {
    const found = codec(type, config);
    const row = hashBinary(found, Buffer.from(hex.replaceAll(" ", ""), "hex"));
    expect(row).toEqual({ hash: row.hash, shown });
    expect(hashJson(found, json)).toEqual(row);
  });
});

it("tells why a column cannot be compared", () => {
  const facts = { name: "c", isNullable: true, canBeToasted: false, isGenerated: false };
  const why = (type: ColumnType, config: Config = {}): unknown =>
    codecOf({ ...facts, type }, eventModesOf(config));
  expect(why(typeOf("name"))).toEqual({ unsupported: "Debezium sends NULL for columns of type name" });
  expect(why(typeOf("tsquery"))).toEqual({ unsupported: "Debezium leaves out columns of type tsquery" });
  expect(why(typeOf("geometry", { schema: "gis" }))).toEqual({ unsupported: "geometry is not compared" });
  expect(why(typeOf("bit", { isArray: true }))).toEqual({
    unsupported: "Debezium sends NULL for arrays of bit",
  });
  expect(why(typeOf("tsquery"), { "include.unknown.datatypes": "true" })).not.toHaveProperty("unsupported");
});

it("has no placeholder where PostgreSQL never stores values out of line", () => {
  const facts = { name: "c", type: typeOf("text"), isNullable: true, isGenerated: false };
  expect(codecOf({ ...facts, canBeToasted: false }, eventModesOf({}))).toMatchObject({
    placeholder: undefined,
  });
});
