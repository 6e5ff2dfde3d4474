import fc, { type Arbitrary } from "fast-check";

/** How many cases each part gets when all get 100,000 together. */
export const SHARES = {
  preparation: 6_000,
  undoing: 5_000,
  queries: 400,
  functions: 600,
  literals: 24_000,
  places: 36_000,
  markup: 8_000,
  json: 12_000,
  yaml: 5_000,
  commandLine: 3_000,
} as const;

const ALL_RUNS = 100_000;
/** The same cases in each run, unless `FUZZ_SEED` says another number; `FUZZ_RUNS` says how many all parts get. */
export const SEED = Number(process.env.FUZZ_SEED ?? 20_261_130);
const scale = Number(process.env.FUZZ_RUNS ?? ALL_RUNS) / ALL_RUNS;

/** Of the tests: a busy machine takes its time, and nothing here waits for anything. */
export const FUZZ = { timeout: 600_000 };

/** @returns what fast-check is given for a part, or for a part of it */
export const runsOf = (share: keyof typeof SHARES, portion = 1) => ({
  seed: SEED,
  numRuns: Math.max(1, Math.round(SHARES[share] * portion * scale)),
});

/** What names are made of that somebody tries to break out with, or that merely is seldom. */
const PIECES = [
  ...[
    '"',
    '""',
    "'",
    "''",
    "\\",
    "\\\\",
    "\\'",
    "`",
    "$",
    "$$",
    "$a$",
    ";",
    "--",
    "/*",
    "*/",
    "%",
    "%I",
    "%s",
    "%%",
  ],
  ...[
    "\n",
    "\r\n",
    "\t",
    " ",
    "\u00a0",
    "\0",
    "\u0001",
    "\u001b[31m",
    "\u0085",
    "\u2028",
    "\ufeff",
    "\ufffe",
  ],
  ...["\ud800", "\udc00", "\u202e", "\u2066", "א", "é", "e\u0301", "ß", "İ", "😀", "日本", "ﷺ"],
  ...[
    "{{role}}",
    "{{publication}}",
    "${database.name}",
    "${env:HOME}",
    "${file:/etc/passwd:x}",
    "$(id)",
    "$&",
    "$1",
  ],
  ...[
    ":x",
    ":'x'",
    ':"x"',
    "\\gexec",
    "\\! id",
    "E'",
    'U&"',
    "B'",
    "X'",
    "'; DROP ROLE admin; --",
    '"; DROP ROLE admin; --',
  ],
  ...[
    "..",
    ".",
    "/",
    "../",
    "~",
    "-",
    "--help",
    "<script>",
    "]]>",
    "&amp;",
    "<!--",
    "=",
    "#",
    "!",
    ",",
    ":",
    "@",
    "?",
    "*",
  ],
  ...[
    "__proto__",
    "constructor",
    "toString",
    "pg_",
    "public",
    "select",
    "template1",
    "a",
    "B",
    "_",
    "0",
    "x".repeat(40),
  ],
];

/** Texts of every kind: plain ones, long ones, and such as nobody would choose. */
export const texts: Arbitrary<string> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.array(fc.constantFrom(...PIECES), { maxLength: 6 }).map((parts) => parts.join("")),
  },
  { weight: 2, arbitrary: fc.string({ unit: "binary", maxLength: 30 }) },
  { weight: 1, arbitrary: fc.string({ unit: "grapheme", maxLength: 70 }) },
  {
    weight: 1,
    arbitrary: fc.array(fc.integer({ min: 0, max: 0xffff })).map((codes) => String.fromCharCode(...codes)),
  },
);

/** What PostgreSQL can have as a name: 1 to 63 bytes of UTF-8 without NUL. */
export const postgresNames: Arbitrary<string> = texts.map(nameFrom);

/** A name as near to the text as there can be one. */
function nameFrom(text: string): string {
  const possible = text.replace(/\0|\p{Surrogate}/gu, "");
  let name = "";
  for (const character of possible === "" ? "n" : possible) {
    if (Buffer.byteLength(name + character) > 63) break;
    name += character;
  }
  return name;
}
