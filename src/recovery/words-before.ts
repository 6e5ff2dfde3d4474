/** A line of PostgreSQL's own begins with its time; what a command says that it runs does not. */
const OWN_LINE = /^\d{4}-\d{2}-\d{2} /;

/** What a command said in the log before PostgreSQL told of its end in line `at`; undefined where it said nothing. */
export function wordsBefore(lines: readonly string[], at: number): string | undefined {
  const own = lines.slice(0, at).findLastIndex((line) => OWN_LINE.test(line));
  const words = lines
    .slice(own + 1, Math.max(at, 0))
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("DETAIL:"));
  return words.at(-1);
}
