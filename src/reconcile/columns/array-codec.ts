import type { Hasher } from "../hasher.js";
import type { ColumnCodec } from "./column-codec.js";
import { int32At } from "./int64.js";
import { utf8Text, valueEnd } from "./json-text.js";
import { asText, columnItself, makeCodec } from "./make-codec.js";
import { splitArrayText } from "./split-array-text.js";

/** What Debezium writes for the rows of an array with several dimensions: Java's name of the object, or null. */
const JAVA_OBJECT = /^\[+(?:L[\w.$]+;|[A-Z])@[0-9a-f]+$/;
const JAVA_OBJECT_LENGTH = 80;

const hashNull = (hasher: Hasher): void => hasher.whole(0x6e756c6c, -1);

/**
 * An array, element by element and then their number. Lower bounds are in no event, nor are the elements of arrays
 * with several dimensions: of these the number of rows is compared.
 */
export function arrayCodec(element: ColumnCodec): ColumnCodec {
  const isBinary = element.expression === columnItself;
  return makeCodec({
    expression: isBinary ? columnItself : asText,
    caveat: element.caveat,
    hashBinary: isBinary
      ? (bytes, start, _end, hasher) => hashBinaryArray(element, bytes, start, hasher)
      : (bytes, start, end, hasher) => hashArrayText(element, utf8Text(bytes, start, end), hasher),
    hashJson: (bytes, start, end, hasher) => hashJsonArray(element, bytes, start, end, hasher),
    showBinary: (bytes) =>
      showElements(isBinary ? shownElements(element, bytes) : shownTexts(element, bytes)),
    showJson: (json) => {
      const bytes = Buffer.from(json);
      const spans = [...jsonElements(bytes, 0, bytes.length)];
      return showElements(
        spans.map(([start, end]) =>
          isNullJson(bytes, start) || isJavaObject(bytes, start, end)
            ? undefined
            : element.showJson(
                json.length === bytes.length ? json.slice(start, end) : utf8Text(bytes, start, end),
              ),
        ),
      );
    },
  });
}

const showElements = (texts: readonly (string | undefined)[]): string =>
  `{${texts.map((text) => (text === undefined ? "NULL" : JSON.stringify(text))).join(",")}}`;

const shownElements = (element: ColumnCodec, bytes: Uint8Array): (string | undefined)[] =>
  [...elementsOf(bytes, 0)].map((span) =>
    span === undefined || isJavaObject(bytes, span[0] - 1, span[1] + 1)
      ? undefined
      : element.showBinary(bytes.subarray(...span)),
  );

const shownTexts = (element: ColumnCodec, bytes: Uint8Array): (string | undefined)[] =>
  splitArrayText(utf8Text(bytes, 0, bytes.length)).map((text) =>
    text === undefined || JAVA_OBJECT.test(text) ? undefined : element.showBinary(Buffer.from(text)),
  );

type Span = readonly [start: number, end: number];

/**
 * COPY's form: number of dimensions, whether there are NULLs, the element's type, the size and the lower bound of each
 * dimension, and the elements with their lengths. Undefined for NULL, and for each row of what has rows.
 */
function* elementsOf(bytes: Uint8Array, start: number): Generator<Span | undefined> {
  const dimensions = int32At(bytes, start);
  const count = dimensions === 0 ? 0 : int32At(bytes, start + 12);
  let at = start + 12 + dimensions * 8;
  for (let index = 0; index < count; index++) {
    const length = dimensions > 1 ? -1 : int32At(bytes, at);
    at += 4;
    yield length < 0 ? undefined : [at, at + length];
    at += Math.max(length, 0);
  }
}

function hashBinaryArray(element: ColumnCodec, bytes: Uint8Array, start: number, hasher: Hasher): void {
  let count = 0;
  for (const span of elementsOf(bytes, start)) {
    if (span === undefined || isJavaObject(bytes, span[0] - 1, span[1] + 1)) hashNull(hasher);
    else element.hashBinary(bytes, span[0], span[1], hasher);
    count++;
  }
  hasher.whole(0, count);
}

function hashArrayText(element: ColumnCodec, text: string, hasher: Hasher): void {
  const elements = splitArrayText(text);
  for (const held of elements) {
    if (held === undefined || JAVA_OBJECT.test(held)) {
      hashNull(hasher);
    } else {
      const bytes = Buffer.from(held);
      element.hashBinary(bytes, 0, bytes.length, hasher);
    }
  }
  hasher.whole(0, elements.length);
}

function* jsonElements(bytes: Uint8Array, start: number, end: number): Generator<Span> {
  let at = start + 1;
  while (at < end - 1) {
    const next = valueEnd(bytes, at, end - 1);
    yield [at, next];
    at = next + 1;
  }
}

function hashJsonArray(
  element: ColumnCodec,
  bytes: Uint8Array,
  start: number,
  end: number,
  hasher: Hasher,
): boolean {
  if (bytes[start] !== 0x5b) return false;
  let count = 0;
  for (const [from, to] of jsonElements(bytes, start, end)) {
    if (isNullJson(bytes, from) || isJavaObject(bytes, from, to)) hashNull(hasher);
    else if (!element.hashJson(bytes, from, to, hasher)) return false;
    count++;
  }
  hasher.whole(0, count);
  return true;
}

const isNullJson = (bytes: Uint8Array, start: number): boolean => bytes[start] === 0x6e;

/** Between quotes in JSON, or between any two bytes in COPY. */
function isJavaObject(bytes: Uint8Array, start: number, end: number): boolean {
  if (bytes[start + 1] !== 0x5b || end - start > JAVA_OBJECT_LENGTH) return false;
  return JAVA_OBJECT.test(utf8Text(bytes, start + 1, end - 1));
}
