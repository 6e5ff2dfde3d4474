import { printableLine } from "./printable.js";

/** The topics of each connector, below its name. */
export function renderTopics(
  used: readonly { readonly name: string; readonly topics: readonly string[] }[],
): string {
  return used
    .map(({ name, topics }) =>
      [
        name,
        ...(topics.length === 0 ? ["  none yet"] : topics.map((topic) => `  ${printableLine(topic)}`)),
      ].join("\n"),
    )
    .join("\n\n");
}
