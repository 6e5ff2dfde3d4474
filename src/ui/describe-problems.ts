import type { Observation } from "../observe/observation.js";
import { createPaint, type Paint } from "./paint.js";
import { printableLine } from "./printable.js";

type Seen = Pick<Observation, "problems" | "databases" | "servers">;

const plain = createPaint(false);

/** The verdict in one line, then each problem with the command that helps. */
export function describeProblems(
  { problems, databases, servers }: Seen,
  asCalled: (text: string) => string,
  paint: Paint = plain,
): string[] {
  if (problems.length === 0) {
    if (databases.length > 0)
      return [paint("green", `all well: ${count(databases.length, "database")} captured`)];
    const next = servers.length === 0 ? [] : [`  ${asCalled("cdc-pipeline up DATABASE")}`];
    return ["no database is captured", ...next];
  }
  const errors = problems.filter(({ severity }) => severity === "error").length;
  const verdict =
    errors > 0
      ? paint(
          "red",
          `${count(errors, "thing")} wrong${errors === problems.length ? "" : `, ${problems.length - errors} to look at`}`,
        )
      : paint("yellow", `${count(problems.length, "thing")} to look at`);
  return [
    verdict,
    ...problems.flatMap(({ database, what, next, severity }) => {
      const mark = severity === "error" ? paint("red", "✗") : paint("yellow", "!");
      const whose = database === null ? "" : `${printableLine(database)}: `;
      const line = `  ${mark} ${whose}${printableLine(what)}`;
      return next === null ? [line] : [line, `      ${paint("dim", asCalled(next))}`];
    }),
  ];
}

const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? "" : "s"}`;
