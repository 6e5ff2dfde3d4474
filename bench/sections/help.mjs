import { measure } from "../measure.mjs";
import { createProgram, findLocalPorts } from "../program.mjs";
import { row } from "../report.mjs";

const PAIRS = 20;

/** What every command costs before it does anything. */
export async function measureSection({ root, tell }) {
  const program = await createProgram(root, findLocalPorts());
  tell("--help");
  const help = [];
  const bare = [];
  for (let pair = 0; pair < PAIRS; pair++) {
    help.push((await program.help()).ms);
    bare.push((await measure(process.execPath, ["-e", "0"])).ms);
  }
  const beside = {
    besideName: "node -e 0",
    besideMs: bare,
    goal: "at most 2.5 times bare Node",
    isMet: ({ ratios }) => ratios.median <= 2.5,
  };
  return { rows: [row("--help", help, beside)] };
}
