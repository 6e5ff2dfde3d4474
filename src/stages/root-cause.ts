/**
 * The root cause of a Java stack trace in one line: the last `Caused by:`, else the first line, without
 * the exception's class where a message says more.
 */
export function rootCause(trace: string): string {
  const lines = trace.split("\n").map((line) => line.trim());
  const causes = lines.filter((line) => line.startsWith("Caused by: "));
  const line =
    causes.at(-1)?.slice("Caused by: ".length) ?? lines.find((text) => text !== "") ?? "no trace given";
  const message = /^[\w.$]+(?:Exception|Error|Throwable): (.+)$/.exec(line)?.[1];
  // A single word, such as a host's name, says nothing without the class.
  return shorten(message?.includes(" ") === true ? message : line);
}

const LONG_LENGTH = 300;

/** Debezium writes whole objects into some messages, `PostgresOffsetContext [sourceInfo=…, …]`, and the point after them. */
function shorten(line: string): string {
  if (line.length <= LONG_LENGTH) return line;
  const shorter = line.replace(/\[(?:[^[\]]|\[…\])*\]/g, "[…]");
  return shorter === line ? line : shorten(shorter);
}
