import { CdcError } from "../../errors.js";

export interface Token {
  /** `name` may be a word of the language; what stands in double quotes is `quoted` and never one. */
  readonly kind: "name" | "quoted" | "text" | "number" | "sign" | "end";
  /** Without its quotes; of a name as it was written. */
  readonly text: string;
  /** Where it begins, in UTF-16 units. */
  readonly at: number;
}

const PATTERNS: readonly (readonly [kind: Token["kind"], pattern: RegExp])[] = [
  ["name", /[\p{L}_][\p{L}\p{N}_$]*/uy],
  ["quoted", /"(?:[^"]|"")+"/uy],
  ["text", /'(?:[^']|'')*'/uy],
  ["number", /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/uy],
  ["sign", /<=|>=|<>|!=|==|[=<>(),.-]/uy],
];
const BLANK = /\s*/uy;

/** @throws CdcError USAGE at what is none */
export function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  for (let at = skip(text, 0); at < text.length;) {
    const token = tokenAt(text, at);
    if (token === undefined) {
      const first = String.fromCodePoint(text.codePointAt(at) ?? 0);
      const what = first === "'" || first === '"' ? `the ${first} has no end` : `${first} means nothing here`;
      throw whereError(text, at, what);
    }
    tokens.push(token.token);
    at = skip(text, token.end);
  }
  return [...tokens, { kind: "end", text: "", at: text.length }];
}

/** The error that points at a place of the expression, by its column from 1 on. */
export function whereError(text: string, at: number, what: string): CdcError {
  const column = Array.from(text.slice(0, at)).length + 1;
  return new CdcError("USAGE", `--where, column ${column}: ${what}`, {
    hint: `the expression is ${text}; an example: --where "op = 'u' and after.price > 10"`,
    details: { column },
  });
}

function tokenAt(text: string, at: number): { readonly token: Token; readonly end: number } | undefined {
  for (const [kind, pattern] of PATTERNS) {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found !== undefined)
      return { token: { kind, text: unquoted(kind, found), at }, end: at + found.length };
  }
  return undefined;
}

function unquoted(kind: Token["kind"], found: string): string {
  if (kind !== "quoted" && kind !== "text") return found;
  const quote = found.charAt(0);
  return found.slice(1, -1).replaceAll(quote + quote, quote);
}

function skip(text: string, at: number): number {
  BLANK.lastIndex = at;
  return at + (BLANK.exec(text)?.[0].length ?? 0);
}
