import type { ColumnCodec } from "./column-codec.js";
import { doubleAt, numberText } from "./float-codecs.js";
import { int32At } from "./int64.js";
import { parseJson, textFormCodec } from "./make-codec.js";

type Fields = Readonly<Record<string, unknown>>;

const formOf = (numbers: readonly (number | undefined)[]): string | undefined =>
  numbers.includes(undefined) ? undefined : `(${numbers.map((number) => numberText(number ?? 0)).join(",")})`;

const doublesAt = (bytes: Uint8Array, at: number, count: number): number[] =>
  Array.from({ length: count }, (_, index) => doubleAt(bytes, at + index * 8));

function fieldsOf(json: unknown): Fields {
  return typeof json === "object" && json !== null ? (json as Fields) : {};
}

/** JSON has no numbers for these three. */
function numberIn(fields: Fields, name: string): number | undefined {
  const value = fields[name];
  if (value === "NaN") return NaN;
  if (value === "Infinity") return Infinity;
  if (value === "-Infinity") return -Infinity;
  return typeof value === "number" ? value : undefined;
}

/** The coordinates of a line or of a ring in well-known binary, in the order of the least significant byte first. */
function coordinatesOf(fields: Fields): number[] | undefined {
  if (typeof fields.wkb !== "string") return undefined;
  const bytes = Buffer.from(fields.wkb, "base64");
  if (bytes.length < 9 || bytes[0] !== 1) return undefined;
  // A polygon has the number of its rings before that of the ring's points.
  const at = bytes.readUInt32LE(1) === 3 ? 9 : 5;
  const count = bytes.readUInt32LE(at) * 2;
  if (bytes.length < at + 4 + count * 8) return undefined;
  return Array.from({ length: count }, (_, index) => bytes.readDoubleLE(at + 4 + index * 8));
}

const ofFields =
  (form: (fields: Fields) => string | undefined) =>
  (json: string): string | undefined =>
    form(fieldsOf(parseJson(json)));

const namedNumbers = (names: readonly string[]): ColumnCodec =>
  textFormCodec({
    ofBinary: (bytes, start) => formOf(doublesAt(bytes, start, names.length)) ?? "",
    ofJson: ofFields((fields) => formOf(names.map((name) => numberIn(fields, name)))),
  });

const POINT_CODEC = namedNumbers(["x", "y"]);
const LINE_CODEC = namedNumbers(["a", "b", "c"]);

const CIRCLE_CODEC = textFormCodec({
  ofBinary: (bytes, start) => formOf(doublesAt(bytes, start, 3)) ?? "",
  ofJson: ofFields((fields) => {
    const center = fieldsOf(fields.center);
    return formOf([numberIn(center, "x"), numberIn(center, "y"), numberIn(fields, "radius")]);
  }),
});

const LSEG_CODEC = textFormCodec({
  ofBinary: (bytes, start) => formOf(doublesAt(bytes, start, 4)) ?? "",
  ofJson: ofFields((fields) => formOf(coordinatesOf(fields) ?? [undefined])),
});

/** The events have a ring of its four corners; the first and the third are the box's two. */
const BOX_CODEC = textFormCodec({
  ofBinary: (bytes, start) => formOf(doublesAt(bytes, start, 4)) ?? "",
  ofJson: ofFields((fields) => {
    const ring = coordinatesOf(fields) ?? [];
    return formOf([ring[0], ring[1], ring[4], ring[5]]);
  }),
});

/** COPY has whether it is closed before the number of its points. */
const PATH_CODEC = textFormCodec({
  ofBinary: (bytes, start) =>
    `${bytes[start] === 1 ? "closed" : "open"} ${formOf(doublesAt(bytes, start + 5, int32At(bytes, start + 1) * 2))}`,
  ofJson: ofFields((fields) => {
    const isClosed = String(fieldsOf(fields.extensions).closed) === "true";
    const form = formOf(coordinatesOf(fields) ?? [undefined]);
    return form === undefined ? undefined : `${isClosed ? "closed" : "open"} ${form}`;
  }),
});

/** The events repeat the first point at the end, where it is not there already. */
const POLYGON_CODEC = textFormCodec({
  ofBinary: (bytes, start) => {
    const points = doublesAt(bytes, start + 4, int32At(bytes, start) * 2);
    const [x = 0, y = 0] = points;
    if (points.at(-2) !== x || points.at(-1) !== y) points.push(x, y);
    return formOf(points) ?? "";
  },
  ofJson: ofFields((fields) => formOf(coordinatesOf(fields) ?? [undefined])),
});

/** By the type's name. */
export const GEOMETRY_CODECS: Readonly<Record<string, ColumnCodec>> = {
  point: POINT_CODEC,
  line: LINE_CODEC,
  circle: CIRCLE_CODEC,
  lseg: LSEG_CODEC,
  box: BOX_CODEC,
  path: PATH_CODEC,
  polygon: POLYGON_CODEC,
};
