import type { ColumnCodec } from "./column-codec.js";
import { int32At } from "./int64.js";
import { utf8Text } from "./json-text.js";
import { jsonText, parseJson, textFormCodec } from "./make-codec.js";

type Pair = readonly [key: string, value: string | null];

/** The pairs in one order, as JSON. */
const formOf = (pairs: readonly Pair[]): string =>
  JSON.stringify([...pairs].sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0)));

function ofBinary(bytes: Uint8Array, start: number): string {
  const pairs: Pair[] = [];
  let at = start + 4;
  const text = (): string | null => {
    const length = int32At(bytes, at);
    at += 4;
    if (length < 0) return null;
    at += length;
    return utf8Text(bytes, at - length, at);
  };
  for (let count = int32At(bytes, start); count > 0; count--) pairs.push([text() ?? "", text()]);
  return formOf(pairs);
}

function ofObject(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const pairs = Object.entries(value as Record<string, string | null>);
  // The JSON converter writes a map with other keys than texts as an array; these are always texts.
  return pairs.every(([, held]) => held === null || typeof held === "string") ? formOf(pairs) : undefined;
}

/** Whatever the order of the keys; `hstore.handling.mode` = `json` has an object's text, `map` the object. */
export const HSTORE_CODEC: ColumnCodec = textFormCodec({
  ofBinary,
  ofJson: (json) => {
    const text = json.startsWith('"') ? jsonText(json) : json;
    return text === undefined ? undefined : ofObject(parseJson(text));
  },
});
