import { beforeEach, expect, it, onTestFailed } from "vitest";

import { setFromDays, setSinceEpoch, showDay } from "../../../../src/reconcile/columns/epoch.js";
import { fieldNaming } from "../../../../src/reconcile/columns/field-naming.js";
import { bigIntOf, int64, readDigits } from "../../../../src/reconcile/columns/int64.js";
import { daysOf } from "../../../../src/reconcile/columns/iso-time.js";
import { hasEscape, scratchOf, unescape, valueEnd } from "../../../../src/reconcile/columns/json-text.js";
import { Random, seedOf } from "../../../support/random.js";

const seed = seedOf(process.env.SEED);
const random = new Random(seed);
/** From `least` on, below `end`. */
const randomInt = (least: number, end: number): number => least + random.below(end - least);

beforeEach(() => {
  onTestFailed(() => console.log(`SEED=${seed} brings it back`));
});

const CASES = 2_000;
const MOST = 2n ** 63n - 1n;

const random64 = (): bigint => {
  const bits = (BigInt(randomInt(0, 2 ** 32)) << 32n) | BigInt(randomInt(0, 2 ** 32));
  // Numbers of all lengths.
  return BigInt.asIntN(64, bits) >> BigInt(randomInt(0, 64));
};

it("reads whole numbers of 64 bits as BigInt does", () => {
  const edges = [
    0n,
    MOST,
    -MOST - 1n,
    2n ** 53n,
    -(2n ** 53n),
    8_999_999_999_999_999n,
    9_000_000_000_000_000n,
    2n ** 32n,
  ];
  const values = [...edges, ...Array.from({ length: CASES }, random64)];
  const wrong = values.filter((value) => {
    const digits = Buffer.from(String(value));
    return !readDigits(digits, 0, digits.length) || bigIntOf(int64.high, int64.low) !== value;
  });
  expect(wrong).toEqual([]);
});

it("counts from 1970 as BigInt does, near and far", () => {
  const bytes = Buffer.alloc(8);
  const wrong = Array.from({ length: CASES }, random64).filter((micros) => {
    bytes.writeBigInt64BE(micros);
    const sinceEpoch = micros + 946_684_800_000_000n;
    setSinceEpoch(bytes, 0, 1);
    const isMicros = bigIntOf(int64.high, int64.low) === BigInt.asIntN(64, sinceEpoch);
    setSinceEpoch(bytes, 0, 1000);
    const rest = ((sinceEpoch % 1000n) + 1000n) % 1000n;
    return !isMicros || bigIntOf(int64.high, int64.low) !== (sinceEpoch - rest) / 1000n;
  });
  expect(wrong).toEqual([]);
});

it("knows the calendar as JavaScript does", () => {
  const days = Array.from({ length: CASES }, () => randomInt(0, 6_000_000) - 3_000_000);
  const wrong = days.filter((day) => {
    const date = new Date(day * 86_400_000);
    const [year, month, dayOfMonth] = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()];
    const pad = (number: number, length: number): string => String(number).padStart(length, "0");
    const text = `${year < 0 ? "-" : ""}${pad(Math.abs(year), 4)}-${pad(month, 2)}-${pad(dayOfMonth, 2)}`;
    setFromDays(day, 5);
    const micros = BigInt(day) * 86_400_000_000n + 5n;
    return (
      daysOf(year, month, dayOfMonth) !== day ||
      showDay(day) !== text ||
      bigIntOf(int64.high, int64.low) !== micros
    );
  });
  expect(wrong).toEqual([]);
});

it("reads texts as JSON.parse does", () => {
  const alphabet = [
    '"',
    "\\",
    "/",
    "\b",
    "\f",
    "\n",
    "\r",
    "\t",
    "\u0001",
    "a",
    "é",
    "漢",
    "😀",
    "\u007f",
    "\u2028",
  ];
  const wrong = Array.from({ length: CASES }, () =>
    Array.from({ length: randomInt(0, 12) }, () => random.pick(alphabet)).join(""),
  ).filter((text) => {
    const json = JSON.stringify(text);
    // Larger characters as Jackson writes them, and every other one so too.
    const escaped = json.replace(/[^ -~]/g, (char) =>
      [...Array(char.length).keys()]
        .map((at) => `\\u${char.charCodeAt(at).toString(16).padStart(4, "0")}`)
        .join(""),
    );
    return [json, escaped].some((form) => {
      const bytes = Buffer.from(`${form},`);
      const end = bytes.length - 1;
      const length = unescape(bytes, 1, end - 1);
      const read = Buffer.from(scratchOf(0).buffer as ArrayBuffer, 0, Math.max(length, 0)).toString("utf8");
      return (
        read !== text ||
        hasEscape(bytes, 1, end - 1) !== form.includes("\\") ||
        valueEnd(bytes, 0, bytes.length) !== end
      );
    });
  });
  expect(wrong).toEqual([]);
});

it.each([
  ["none", "Quo-ted é", "Quo-ted é"],
  ["avro", "Quo-ted é", "Quo_ted__"],
  ["avro", "1st", "_1st"],
  ["avro", "été", "_t_"],
  ["avro_unicode", "a_b-é", "a_u005fb_u002d_u00e9"],
  ["avro_unicode", "1st", "_u0031st"],
  ["avro_unicode", "漢ł", "_u6f22_u142"],
])("names fields as Debezium does: %s %s", (mode, column, field) => {
  expect(fieldNaming(mode)(column)).toBe(field);
});
