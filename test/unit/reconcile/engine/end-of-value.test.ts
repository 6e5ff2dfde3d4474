import { expect, it } from "vitest";

import { endOfValue, viewOf } from "../../../../src/reconcile/engine/end-of-value.js";
import { Random } from "../../../support/random.js";

const PIECES = [
  ...['"', "\\", "{", "}", "[", "]", ",", ":", " ", "\n", "\t", "\u0000", ";:<=>?"],
  ...["null", "true", "12345678", "-1.5e+30", "0", "é漢🙂", '"a"', '\\"', "\\\\", '"\\u0022"'],
];

it("four bytes at a time finds what is found byte by byte, in JSON and in what is none", () => {
  const random = new Random(20_261_130);
  let found = 0;
  for (let round = 0; round < 20_000; round++) {
    const text = Array.from({ length: random.below(12) }, () => random.pick(PIECES)).join("");
    const bytes = new Uint8Array(Buffer.from(`xyz${text}`)).subarray(3);
    const end = random.below(bytes.length + 1);
    const at = random.below(end + 1);
    const expected = endByByte(bytes, at, end);
    if (expected !== -1) found++;
    expect(endOfValue(viewOf(bytes), at, end), JSON.stringify({ text, at, end })).toBe(expected);
  }
  expect(found).toBeGreaterThan(5_000);
});

it.each(['"', '"a', '"\\', '"\\"', "{", '{"a":1', "[[]", '{"a', ""])("does not end: %s", (text) => {
  expect(endOfValue(viewOf(Buffer.from(text)), 0, Buffer.byteLength(text))).toBe(-1);
});

it.each(['"a"', '"\\""', "1", "null", "-12.5e3", '{"a":"}"}', '[1,"]",{}]', '"four fours 4444"'])(
  "ends before what follows: %s",
  (text) => {
    const bytes = Buffer.from(`${text},"next":1}`);
    expect(endOfValue(viewOf(bytes), 0, bytes.length)).toBe(Buffer.byteLength(text));
  },
);

function endByByte(bytes: Uint8Array, start: number, end: number): number {
  if (start >= end) return -1;
  const isText = bytes[start] === 0x22;
  const isNested = bytes[start] === 0x7b || bytes[start] === 0x5b;
  let depth = 0;
  let isInText = false;
  for (let at = start; at < end; at++) {
    const char = String.fromCharCode(bytes[at] ?? 0);
    if (isInText && char === "\\") at++;
    else if (char === '"' && (isText || isNested)) {
      isInText = !isInText;
      if (isText && !isInText) return at + 1;
    } else if (!isInText && isNested) {
      if (char === "{" || char === "[") depth++;
      if ((char === "}" || char === "]") && --depth === 0) return at + 1;
    } else if (!isInText && (char <= " " || ',}]"'.includes(char))) return at === start ? -1 : at;
  }
  return isText || isNested ? -1 : end;
}
