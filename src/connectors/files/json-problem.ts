import { parse, type ParseError, printParseErrorCode } from "jsonc-parser";

/** Own words: what the engine's own parser says differs from version to version, and quotes the text. */
const MEANINGS: Readonly<Record<string, string>> = {
  InvalidSymbol: "text must be in double quotes; only numbers, true, false and null are without",
  InvalidNumberFormat: "not a number as JSON writes it",
  PropertyNameExpected: 'expected a key in double quotes, or, without a comma before it, "}"',
  ValueExpected: "expected a value: text in double quotes, a number, true or false",
  ColonExpected: 'expected ":" after the key',
  CommaExpected: 'expected "," before what follows',
  CloseBraceExpected: 'expected "," or "}"',
  CloseBracketExpected: 'expected "," or "]"',
  EndOfFileExpected: "expected the end: one JSON value is a file, several go into a list",
  InvalidCommentToken: "JSON has no comments; YAML has",
  UnexpectedEndOfComment: "JSON has no comments; YAML has",
  UnexpectedEndOfString: 'the text has no closing double quote on its line; a line break is written "\\n"',
  UnexpectedEndOfNumber: "not a number as JSON writes it",
  InvalidUnicode: "\\u needs four hexadecimal digits",
  InvalidEscapeCharacter: 'no such escape in JSON; a backslash is written "\\\\"',
  InvalidCharacter: "a control character must be written as an escape",
};

/** Where a text stops being JSON, and what was expected there; what follows that is mostly its consequence. */
export function findJsonProblem(text: string, name: string): string | undefined {
  const errors: ParseError[] = [];
  parse(text, errors, { disallowComments: true, allowTrailingComma: false });
  const [first] = errors;
  if (first === undefined) return undefined;
  const before = text.slice(0, first.offset).split("\n");
  const code = printParseErrorCode(first.error);
  return `${name}:${before.length}:${(before.at(-1)?.length ?? 0) + 1}: not JSON: ${MEANINGS[code] ?? code}`;
}
