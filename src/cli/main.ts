import { ERROR_CODES, toCdcError } from "../errors.js";
import { renderError } from "../ui/render-error.js";
import { createAsCalled, programOf, withHintAsCalled } from "./as-called.js";
import { createProgram } from "./program.js";

/**
 * Runs the command line.
 * @param nobodyReads aborted when what is printed does not reach anybody any more
 * @returns the exit code
 */
export async function main(argv: readonly string[], nobodyReads?: AbortSignal): Promise<number> {
  let exitCode = 0;
  const program = createProgram(argv, async (spec, args) => {
    // Loaded here, so that help, version and completion pay for none of it.
    const { runCommand } = await import("./run-command.js");
    const { signal: interrupt, release } = listenForInterrupts();
    const signal = nobodyReads === undefined ? interrupt : AbortSignal.any([interrupt, nobodyReads]);
    const { stdin, stdout, stderr, env } = process;
    exitCode = await runCommand(spec, args, { cwd: process.cwd(), env, stdin, stdout, stderr, signal });
    release();
  });
  try {
    await program.parseAsync();
    return exitCode;
  } catch (thrown) {
    // What was read of the command line so far is not known here: only the program's name can be put right.
    const error = withHintAsCalled(toCdcError(thrown), createAsCalled(programOf(process.env), {}));
    const { json, verbose } = { json: argv.includes("--json"), verbose: argv.includes("--verbose") };
    if (json) {
      const { code, message, hint } = error;
      process.stdout.write(
        `${JSON.stringify({ ok: false, stages: [], error: { code, message, hint } }, undefined, 2)}\n`,
      );
    }
    const color = process.stderr.isTTY && !process.env.NO_COLOR;
    process.stderr.write(`${renderError(error, { color, verbose })}\n`);
    return ERROR_CODES[error.code].exit;
  }
}

/** The first interrupt ends the run in good order, the second at once. */
function listenForInterrupts(): { readonly signal: AbortSignal; readonly release: () => void } {
  const controller = new AbortController();
  const onSignal = () => {
    if (controller.signal.aborted) process.exit(ERROR_CODES.INTERRUPTED.exit);
    controller.abort(new DOMException("interrupted", "AbortError"));
  };
  // `on`, not `once`: signal-exit, which several libraries bring along, kills a process without listeners.
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, onSignal);
  return {
    signal: controller.signal,
    release: () => {
      for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.off(name, onSignal);
    },
  };
}
