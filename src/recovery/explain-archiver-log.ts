import { wordsBefore } from "./words-before.js";

/** Why the archiver failed last, in the words of its command, from the server's log; undefined where it has none. */
export function explainArchiverLog(log: string): string | undefined {
  const lines = log.split("\n");
  return wordsBefore(
    lines,
    lines.findLastIndex((line) => line.includes("archive command failed with")),
  );
}
