import stringWidth from "string-width";

import { readSqlToken } from "../sql/sql-token.js";

/**
 * SQL in lines of at most `width` columns, where it has spaces to break at. A space within a string or a
 * quoted name stays as it is, so that what is copied from the terminal is the same statement.
 */
export function wrapSql(sql: string, width: number): string[] {
  const lines = [""];
  /** The space before the next word: it is left out at a line's end. */
  let space = "";
  let word = "";
  const putWord = () => {
    if (word === "") return;
    const line = lines.at(-1) ?? "";
    if (line !== "" && space !== "" && stringWidth(line + space + word) > width) lines.push(word);
    else lines[lines.length - 1] = line === "" ? word : line + space + word;
    [space, word] = ["", ""];
  };
  for (let start = 0, end = 0; start < sql.length; start = end) {
    end = readSqlToken(sql, start).end;
    const text = sql.slice(start, end);
    if (text.trim() !== "") {
      word += text;
      continue;
    }
    putWord();
    if (text.includes("\n")) lines.push("");
    space = text.includes("\n") ? "" : " ";
  }
  putWord();
  return lines.filter((line) => line !== "");
}

/** Whether the lines of `wrapSql` are the statement: not where a name in it holds a control character. */
export function isShownWhole(sql: string): boolean {
  for (let start = 0, end = 0; start < sql.length; start = end) {
    end = readSqlToken(sql, start).end;
    const text = sql.slice(start, end);
    if (text.trim() !== "" && /\p{Cc}/u.test(text)) return false;
  }
  return true;
}
