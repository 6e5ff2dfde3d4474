/** `blank` is white space or a comment; `other` a string, a quoted name, a number or one other character. */
export type SqlTokenKind = "blank" | "word" | "semicolon" | "open" | "close" | "backslash" | "other";

export interface SqlToken {
  readonly kind: SqlTokenKind;
  /** Offset behind the token. */
  readonly end: number;
}

const PUNCTUATION: Readonly<Record<string, SqlTokenKind>> = {
  ";": "semicolon",
  "(": "open",
  ")": "close",
  "\\": "backslash",
};

const SPACE = /[ \t\n\r\f\v]+/y;
const WORD = /[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/y;
const DOLLAR_TAG = /\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/y;
const ESCAPE_STRING = /[eE]'/y;
/** What goes on with a string behind a quote: a second quote, or a line break and a further quote. */
const STRING_GOES_ON = /'|[ \t\r\f\v]*\n[ \t\n\r\f\v]*'/y;

/**
 * The PostgreSQL token that begins at `start`, which must be the end of the token before. A string or
 * comment that is never closed reaches to the end as `other`, so that the server gets it and complains.
 */
export function readSqlToken(sql: string, start: number): SqlToken {
  const spaceEnd = endOfMatch(SPACE, sql, start);
  if (spaceEnd !== undefined) return { kind: "blank", end: spaceEnd };
  if (sql.startsWith("--", start)) return { kind: "blank", end: offsetOrEnd(sql, sql.indexOf("\n", start)) };
  if (sql.startsWith("/*", start)) return readBlockComment(sql, start);

  const escapeStringStart = endOfMatch(ESCAPE_STRING, sql, start);
  if (escapeStringStart !== undefined) return readEscapeString(sql, escapeStringStart);
  const wordEnd = endOfMatch(WORD, sql, start);
  if (wordEnd !== undefined) return { kind: "word", end: wordEnd };

  const character = sql.charAt(start);
  // A doubled quote reads as two strings side by side, which ends at the same place.
  if (character === "'" || character === '"') return closedBy(sql, character, start + 1);
  const bodyStart = endOfMatch(DOLLAR_TAG, sql, start);
  if (bodyStart !== undefined) return closedBy(sql, sql.slice(start, bodyStart), bodyStart);
  return { kind: PUNCTUATION[character] ?? "other", end: start + 1 };
}

function closedBy(sql: string, closing: string, from: number): SqlToken {
  const found = sql.indexOf(closing, from);
  return { kind: "other", end: found === -1 ? sql.length : found + closing.length };
}

/** Block comments nest in PostgreSQL. */
function readBlockComment(sql: string, start: number): SqlToken {
  const mark = /\/\*|\*\//g;
  mark.lastIndex = start;
  let depth = 0;
  for (let match = mark.exec(sql); match !== null; match = mark.exec(sql)) {
    depth += match[0] === "/*" ? 1 : -1;
    if (depth === 0) return { kind: "blank", end: mark.lastIndex };
  }
  return { kind: "other", end: sql.length };
}

/** `E'…'`, where a backslash takes the next character's meaning away. */
function readEscapeString(sql: string, bodyStart: number): SqlToken {
  const mark = /\\|'/g;
  mark.lastIndex = bodyStart;
  for (let match = mark.exec(sql); match !== null; match = mark.exec(sql)) {
    if (match[0] === "\\") {
      mark.lastIndex += 1;
      continue;
    }
    const continued = endOfMatch(STRING_GOES_ON, sql, mark.lastIndex);
    if (continued === undefined) return { kind: "other", end: mark.lastIndex };
    mark.lastIndex = continued;
  }
  return { kind: "other", end: sql.length };
}

function endOfMatch(sticky: RegExp, text: string, start: number): number | undefined {
  sticky.lastIndex = start;
  return sticky.test(text) ? sticky.lastIndex : undefined;
}

function offsetOrEnd(text: string, offset: number): number {
  return offset === -1 ? text.length : offset;
}
