import type { Field } from "./field.js";

/** How often `up` may be needed: once, and once more after the one command that it told. */
const MOST_RUNS = 2;

/**
 * Does what a user would: `up`, and the one command that its error tells, then `up` again.
 * @returns what was run and said, in order
 * @throws Error where that does not heal it, or where what is said is no advice
 */
export async function heal(field: Field): Promise<string[]> {
  const said: string[] = [];
  for (;;) {
    const { sight, text } = await field.up();
    said.push(sight);
    if (sight === "nothing") return said;
    const told = toldCommand(text);
    if (said.length >= MOST_RUNS || told === undefined) {
      throw new Error(`up does not heal it (${said.join(", ")}): ${text}`);
    }
    const { exitCode, stderr } = await field.stack.workspace.run(...told);
    if (exitCode !== 0) throw new Error(`${told.join(" ")}: ${stderr}`);
  }
}

/** What somebody has paused or stopped is not for `up` to resume. */
function toldCommand(text: string): string[] | undefined {
  const [, connector] = /cdc-pipeline connectors resume ([\w-]+)/.exec(text) ?? [];
  return connector === undefined ? undefined : ["connectors", "resume", connector];
}
