import { fileURLToPath } from "node:url";

import { execa } from "execa";

/** The built command line. */
export const CLI = fileURLToPath(new URL("../../dist/bin/cdc-pipeline.js", import.meta.url));

export interface CliResult {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** The parts of the `--json` document that tests look at. */
export interface JsonDocument {
  readonly ok: boolean;
  readonly command: string;
  readonly target: string;
  readonly stages: readonly {
    readonly stage: string;
    readonly status: string;
    readonly ms: number;
    readonly steps: readonly {
      readonly step: string;
      readonly database?: string;
      readonly status: string;
      readonly detail?: string;
    }[];
  }[];
  readonly endpoints: {
    readonly postgres: { readonly host: string; readonly port: number; readonly adminUser: string };
    readonly kafka: readonly string[];
    readonly connect: string;
  };
  readonly databases: readonly {
    readonly name: string;
    readonly connector: string;
    readonly slot: string;
    readonly publication: string;
    readonly topicPrefix: string;
    readonly event: {
      readonly topic: string;
      readonly partition: number;
      readonly offset: number;
      readonly op: string;
      readonly latencyMs: number;
    };
  }[];
  readonly error?: { readonly code: string; readonly message: string; readonly hint?: string };
}

export interface CliOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly uid?: number;
  readonly gid?: number;
}

/** Everything that the command line has printed in this test file, for a search for secrets. */
export const printed: string[] = [];

/** Starts the built command line as a user would; nobody presses a key. */
export function startCli(args: readonly string[], { cwd, env = {}, ...user }: CliOptions) {
  const child = execa(process.execPath, [CLI, ...args], {
    cwd,
    // Not as if npx had called it, which may run the tests.
    env: { NO_COLOR: "1", npm_command: undefined, ...env },
    reject: false,
    stdin: "ignore",
    ...user,
  });
  void child.then(({ stdout, stderr }) => printed.push(stdout, stderr));
  return child;
}

export async function runCli(args: readonly string[], options: CliOptions): Promise<CliResult> {
  const { exitCode, stdout, stderr } = await startCli(args, options);
  return { exitCode, stdout, stderr };
}

/** Runs a command with `--json` and reads its one document. */
export async function runJson(
  args: readonly string[],
  options: CliOptions,
): Promise<CliResult & { readonly document: JsonDocument }> {
  const result = await runCli([...args, "--json"], options);
  return { ...result, document: JSON.parse(result.stdout) as JsonDocument };
}
