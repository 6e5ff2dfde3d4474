import type { Session } from "../../../cli/command.js";
import { CdcError } from "../../../errors.js";

export interface ChangeQuestion {
  /** What would be done, as a sentence: `This deletes 3 connectors: a, b, c.` */
  readonly what: string;
  /** The command that does it without asking. */
  readonly command: string;
}

/** Asks the person at the terminal. @throws CdcError USAGE where nobody can be asked */
export async function confirmChange(
  { what, command }: ChangeQuestion,
  { confirm }: Session,
): Promise<boolean> {
  if (confirm !== undefined) return confirm(`${what} Go on?`);
  throw new CdcError("USAGE", what, { hint: `if that is meant: ${command}` });
}
