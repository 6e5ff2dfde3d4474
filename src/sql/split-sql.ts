import { readSqlToken, type SqlTokenKind } from "./sql-token.js";

/** A stretch of an SQL file; offsets count UTF-16 units, `end` is behind the last one. */
export type SqlPiece =
  | {
      readonly kind: "statement";
      readonly start: number;
      readonly end: number;
      /** The lines behind a `COPY … FROM stdin`; `isClosed` is false where no `\.` ends them. */
      readonly data?: { readonly start: number; readonly end: number; readonly isClosed: boolean };
    }
  /** A backslash outside of strings, to the end of its line. */
  | {
      readonly kind: "meta-command";
      readonly start: number;
      readonly end: number;
      readonly isWithinStatement: boolean;
    };

/**
 * Cuts a file as psql does: at `;`, but not inside strings, comments, parentheses (a rule's actions) or
 * the `BEGIN ATOMIC` body of a function, and takes out the data of `COPY … FROM stdin`.
 *
 * Own code because dbgate-query-splitter 4.12 cuts wrongly in nested comments, `E'\''`, `BEGIN ATOMIC`,
 * rules and names with `$`, and knows COPY only as pg_dump spells it and psql's commands not at all.
 */
export function* splitSql(sql: string): Generator<SqlPiece> {
  let statement: StatementReader | undefined;
  let offset = 0;
  while (offset < sql.length) {
    const { kind, end } = readSqlToken(sql, offset);
    if (kind === "backslash") {
      const lineEnd = endOfLine(sql, offset);
      yield {
        kind: "meta-command",
        start: offset,
        end: lineEnd,
        isWithinStatement: statement !== undefined,
      };
      offset = lineEnd;
      continue;
    }
    if (kind !== "blank" && (statement !== undefined || kind !== "semicolon")) {
      statement ??= new StatementReader(offset);
      statement.take(kind, kind === "word" ? sql.slice(offset, end) : "", end);
    }
    offset = end;
    if (statement?.isComplete) {
      const piece = statement.piece(sql);
      yield piece;
      statement = undefined;
      offset = piece.data === undefined ? end : endOfLine(sql, piece.data.end);
    }
  }
  if (statement !== undefined) yield statement.piece(sql);
}

/** Follows one statement, token by token, as far as is needed to know where it ends and whether data follow. */
class StatementReader {
  isComplete = false;
  private readonly start: number;
  private end: number;
  private leadingWords = "";
  private wordCount = 0;
  private previousWord = "";
  private parenthesisDepth = 0;
  private bodyDepth = 0;
  private readsStdin = false;

  constructor(start: number) {
    this.start = start;
    this.end = start;
  }

  take(kind: SqlTokenKind, text: string, end: number): void {
    this.end = end;
    if (kind === "open") this.parenthesisDepth += 1;
    if (kind === "close") this.parenthesisDepth = Math.max(0, this.parenthesisDepth - 1);
    if (kind === "semicolon") this.isComplete = this.parenthesisDepth === 0 && this.bodyDepth === 0;
    const word = text.toLowerCase();
    if (kind === "word") this.takeWord(word);
    this.previousWord = word;
  }

  private takeWord(word: string): void {
    this.wordCount += 1;
    if (this.wordCount <= 4) this.leadingWords += ` ${word}`;
    if (this.parenthesisDepth > 0) return;
    if (this.previousWord === "from" && word === "stdin") {
      this.readsStdin ||= this.leadingWords.startsWith(" copy");
    }
    if (!/^ create( or replace)? (function|procedure)/.test(this.leadingWords)) return;
    if (this.previousWord === "begin" && word === "atomic") this.bodyDepth = 1;
    else if (this.bodyDepth > 0 && word === "case") this.bodyDepth += 1;
    else if (this.bodyDepth > 0 && word === "end") this.bodyDepth -= 1;
  }

  piece(sql: string): SqlPiece & { kind: "statement" } {
    const { start, end } = this;
    return this.readsStdin
      ? { kind: "statement", start, end, data: copyDataBehind(sql, end) }
      : { kind: "statement", start, end };
  }
}

/** From the next line to the line `\.`; `end` is the offset of that line. */
function copyDataBehind(
  sql: string,
  statementEnd: number,
): { start: number; end: number; isClosed: boolean } {
  const lineEnd = endOfLine(sql, statementEnd);
  const start = Math.min(lineEnd + 1, sql.length);
  const closingLine = /\n\\\.\r?(?=\n|$)/g;
  closingLine.lastIndex = lineEnd;
  const found = closingLine.exec(sql);
  return found === null
    ? { start, end: sql.length, isClosed: false }
    : { start, end: found.index + 1, isClosed: true };
}

function endOfLine(sql: string, offset: number): number {
  const found = sql.indexOf("\n", offset);
  return found === -1 ? sql.length : found;
}
