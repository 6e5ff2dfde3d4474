import { type Document, type ErrorCode as YamlErrorCode, visit } from "yaml";

import { CdcError } from "../errors.js";

/** Own words, because the parser's may quote the text, and the text may be a password. */
const MEANINGS: Partial<Record<YamlErrorCode, string>> = {
  BAD_DQ_ESCAPE: "unknown escape after a backslash; single quotes take a backslash as it is",
  BAD_INDENT: "wrong indentation",
  BAD_SCALAR_START: "a value that begins with this sign must be in quotes",
  BLOCK_AS_IMPLICIT_KEY:
    "a key and its value inside another value; put the value in quotes or on its own lines",
  DUPLICATE_KEY: "the key is written twice",
  MISSING_CHAR: "a quote, a bracket, a comma or a colon is missing",
  MULTIPLE_DOCS: "a second document begins; the file may hold only one",
  TAB_AS_INDENT: "YAML does not allow tabs for indentation; use spaces",
  TAG_RESOLVE_FAILED: "a value that begins with ! must be in quotes",
};

/**
 * Lines for what is YAML but has no good meaning: a key written twice, an alias. Throws CONFIG_UNREADABLE
 * with a line for each syntax error. No line quotes a value.
 */
export function checkYaml(
  document: Document,
  fileName: string,
  positionAt: (offset: number) => string,
): string[] {
  const found = [...document.errors, ...document.warnings].map(({ code, pos }) => ({
    isSyntax: code !== "DUPLICATE_KEY",
    line: `${positionAt(pos[0])}: ${describeYamlError(code)}`,
  }));
  const aliases: string[] = [];
  visit(document, {
    Alias: (_key, alias) => {
      const position = positionAt(alias.range?.[0] ?? 0);
      aliases.push(
        `${position}: aliases (*name) are not supported; text that begins with * must be in quotes`,
      );
    },
  });
  const lines = [...found.map(({ line }) => line), ...aliases];
  // An alias may point nowhere, and then the values cannot be read at all.
  if (aliases.length === 0 && !found.some(({ isSyntax }) => isSyntax)) return lines;
  const problems = lines.map((line) => `\n  ${line}`).join("");
  throw new CdcError(
    "CONFIG_UNREADABLE",
    `the configuration file ${fileName} cannot be read as YAML:${problems}`,
    {
      hint: "correct the file at these places (line:column) and run the command again",
      details: { problems: lines },
    },
  );
}

/** What an error of the parser means. */
export const describeYamlError = (code: YamlErrorCode): string =>
  MEANINGS[code] ?? `not valid YAML (${wordsOf(code)})`;

function wordsOf(code: string): string {
  return code.toLowerCase().replaceAll("_", " ");
}
