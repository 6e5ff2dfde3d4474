import { resolve } from "node:path";

import type { Config } from "../config/config.js";
import { resolveReferences } from "../config/references.js";
import { CdcError } from "../errors.js";
import { generatePassword } from "../generate-password.js";
import type { Deployment } from "../targets/target.js";

/** `kept`: one that a rotation which was cut off had chosen; the next one goes on with it. */
export type PasswordSource = "configuration" | "generated" | "kept" | "environment" | "file";

export interface ChosenPassword {
  readonly password: string;
  readonly source: PasswordSource;
}

export interface ChoiceContext {
  readonly config: Config;
  readonly deployment: Deployment;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

/**
 * The password that the role is to have. Where the configuration names one, that is the only one that the next `up`
 * would know; where it names none and the worker is ours, it may be any: it is kept with the servers.
 * @param from `generated`, `env:NAME` or a file's path
 * @throws CdcError USAGE
 */
export async function choosePassword(
  from: string | undefined,
  { config, deployment: { workerPassword }, env, cwd }: ChoiceContext,
): Promise<ChosenPassword> {
  if (config.given.has("debezium.password")) {
    if (from === undefined) return { password: config.debezium.password, source: "configuration" };
    throw new CdcError(
      "USAGE",
      "the configuration names debezium.password, and the next up would want that one, not another",
      {
        hint: "set debezium.password to the new one, and run this without --new-password-from; or take the setting away first",
      },
    );
  }
  if (workerPassword === undefined) {
    throw new CdcError(
      "USAGE",
      "nothing of these servers keeps the password of Debezium's role, so the configuration must name the new one",
      {
        hint: "set debezium.password (CDC_PIPELINE_DEBEZIUM_PASSWORD) to it, best as a reference: ${env:NAME} or ${file:PATH}; then: cdc-pipeline rotate-password",
      },
    );
  }
  if (from !== undefined && from !== "generated") return readPassword(from, env, cwd);
  const kept = await workerPassword.readNext();
  if (kept !== undefined) return { password: kept, source: "kept" };
  return { password: generatePassword(), source: "generated" };
}

async function readPassword(from: string, env: ChoiceContext["env"], cwd: string): Promise<ChosenPassword> {
  const isVariable = from.startsWith("env:");
  const reference = isVariable ? `\${${from}}` : `\${file:${resolve(cwd, from)}}`;
  const { value, problems } = await resolveReferences(reference, { env, folder: cwd });
  const problem = problems[0]?.message ?? (value === "" ? "it is empty" : undefined);
  if (problem === undefined) return { password: String(value), source: isVariable ? "environment" : "file" };
  throw new CdcError("USAGE", `--new-password-from ${from}: ${problem}`, {
    hint: "generated, env:NAME, or the path of a file that holds it",
  });
}
