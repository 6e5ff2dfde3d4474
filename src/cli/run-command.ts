import { Readable } from "node:stream";

import { loadConfig } from "../config/load.js";
import { secretsOf } from "../config/secrets-of.js";
import type { Context } from "../context.js";
import { type CdcError, ERROR_CODES, toCdcError } from "../errors.js";
import type { ProgressEvent } from "../progress.js";
import { collectStages } from "../ui/collect-stages.js";
import { createDisplay, type Display } from "../ui/display.js";
import { createRedactor, type Redactor } from "../ui/redact.js";
import { renderError } from "../ui/render-error.js";
import { deadlineIn } from "../wait/deadline.js";
import { type AsCalled, createAsCalled, programOf, withHintAsCalled } from "./as-called.js";
import { type CommandSpec, type Handler, nameOf, type Screen, type Session } from "./command.js";
import { GLOBAL_SETTINGS, type GlobalArguments } from "./global-options.js";

/** The outside world of a run, so that tests can stand in for it. */
export interface Terminal {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  /** Where a person answers questions; without it, none are asked. */
  readonly stdin?: NodeJS.ReadStream;
  readonly signal: AbortSignal;
}

const NOT_OK_EXIT = 1;

/** Runs a command from its configuration to its output. @returns the exit code */
export async function runCommand(
  spec: CommandSpec,
  args: GlobalArguments & Record<string, unknown>,
  terminal: Terminal,
): Promise<number> {
  const { stdout, stderr, signal } = terminal;
  const redactor = createRedactor();
  // A dry run runs no stage, so that none is skipped either.
  const collection = collectStages(args["dry-run"] === true ? [] : spec.stages);
  const usesColor = (stream: NodeJS.WriteStream) => stream.isTTY && !terminal.env.NO_COLOR;
  const display = openDisplay(args, stderr, usesColor(stderr));
  const asCalled = createAsCalled(programOf(terminal.env), args);
  const report = (event: ProgressEvent) => {
    const safe = redactEvent(proposing(event, asCalled), redactor);
    collection.report(safe);
    display.report(safe);
  };
  let document: Record<string, unknown> = {};
  let text = "";
  let isOk = true;
  let error: CdcError | undefined;
  try {
    const flags = settingsIn(args, { ...GLOBAL_SETTINGS, ...spec.settings });
    const config = await loadConfig({
      cwd: terminal.cwd,
      env: terminal.env,
      flags,
      ...(args.config === undefined ? {} : { file: args.config }),
    });
    document = { target: config.target };
    for (const secret of secretsOf(config)) redactor.add(secret);
    const { add: hide, redact } = redactor;
    const context: Context = { report, signal, deadline: deadlineIn(config.timeoutMs), hide };
    const handler = (await spec.load()) as Handler<unknown>;
    const print = (piece: string) => void stdout.write(redactor.redact(piece));
    const screen = stdout.isTTY ? { screen: screenOf(stdout, usesColor(stdout)) } : {};
    const confirm = createConfirm(terminal, display, redactor);
    const { cwd, env, stdin = Readable.from([]) } = terminal;
    const outside = { cwd, env, stdin, print, redact, hide, ...screen, ...confirm };
    const session = { config, context, asCalled, ...outside };
    const result = await handler(args, session);
    document = { ...document, ...result.fields };
    text = result.text;
    isOk = result.ok ?? true;
  } catch (thrown) {
    error = withHintAsCalled(signal.aborted ? interrupted(thrown) : toCdcError(thrown), asCalled);
  }
  await display.close().catch(() => undefined);
  const stages = collection.stages();
  const command = nameOf(spec);
  if (args.json === true) {
    const failure = error === undefined ? {} : { error: describeError(error, redactor) };
    const { target, ...fields } = document;
    const whole = { ok: error === undefined && isOk, command, target, stages, ...fields, ...failure };
    const hasLines = printsLines(spec, args);
    const isWanted = !hasLines || error !== undefined;
    if (isWanted) stdout.write(`${JSON.stringify(whole, undefined, hasLines ? undefined : 2)}\n`);
  } else if (error === undefined && text !== "") {
    // On a terminal, a line between the progress and what it came to.
    if (stdout.isTTY && args.quiet !== true) stdout.write("\n");
    stdout.write(`${text}\n`);
  }
  if (error !== undefined) {
    const failed = stages.find(({ status }) => status === "failed")?.stage;
    const options = { color: usesColor(stderr), verbose: args.verbose === true };
    const rendered = renderError(error, failed === undefined ? options : { ...options, stage: failed });
    stderr.write(`${redactor.redact(rendered)}\n`);
  }
  if (error !== undefined) return ERROR_CODES[error.code].exit;
  return isOk ? 0 : NOT_OK_EXIT;
}

function printsLines({ printsJsonLines }: CommandSpec, args: Readonly<Record<string, unknown>>): boolean {
  if (typeof printsJsonLines === "boolean") return printsJsonLines;
  return printsJsonLines.some((option) => args[option] === true);
}

function screenOf(stream: NodeJS.WriteStream, color: boolean): Screen {
  return {
    get columns() {
      return stream.columns;
    },
    get rows() {
      return stream.rows;
    },
    color,
    onResize(listener) {
      stream.on("resize", listener);
      return () => void stream.off("resize", listener);
    },
  };
}

/** Questions go to stderr: stdout is for the result. The list of what was done so far must not move then. */
function createConfirm(
  { stdin, stderr, signal }: Terminal,
  display: Display,
  { redact }: Redactor,
): Pick<Session, "confirm"> {
  if (stdin?.isTTY !== true || !stderr.isTTY) return {};
  return {
    confirm: async (question) => {
      const { ask } = await import("../ui/ask.js");
      await display.close();
      return ask(redact(question), { input: stdin, output: stderr, signal });
    },
  };
}

/** What the command line gives of the configuration, by dotted key. */
function settingsIn(
  args: Readonly<Record<string, unknown>>,
  settings: Readonly<Record<string, string>>,
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(settings).map(([option, path]) => [path, args[option]]));
}

function openDisplay(
  args: GlobalArguments & Record<string, unknown>,
  stream: NodeJS.WriteStream,
  color: boolean,
): Display {
  const databases = Array.isArray(args.database) ? { databases: args.database as string[] } : {};
  const mode = args.quiet === true ? "silent" : stream.isTTY ? "tty" : "plain";
  return createDisplay({ mode, stream, color, verbose: args.verbose === true, ...databases });
}

/** What was going on when the interrupt came is the message; the interrupt itself says nothing. */
function interrupted(thrown: unknown): CdcError {
  const error = toCdcError(thrown);
  if (error.code === "INTERRUPTED") return error;
  return toCdcError(new DOMException("interrupted", "AbortError"));
}

/** A notice may propose a command; what else is reported tells of the work. */
function proposing(event: ProgressEvent, asCalled: AsCalled): ProgressEvent {
  return event.type === "notice" ? { ...event, message: asCalled(event.message) } : event;
}

function describeError(
  { code, message, hint, details }: CdcError,
  { redact }: Redactor,
): Record<string, unknown> {
  return {
    code,
    message: redact(message),
    ...(hint === undefined ? {} : { hint: redact(hint) }),
    ...(details === undefined ? {} : { details: JSON.parse(redact(JSON.stringify(details))) as unknown }),
  };
}

function redactEvent(event: ProgressEvent, { redact }: Redactor): ProgressEvent {
  if ("message" in event) return { ...event, message: redact(event.message) };
  if (event.type === "step-end" && event.detail !== undefined)
    return { ...event, detail: redact(event.detail) };
  return event;
}
