import type * as z from "zod";

import { fromText } from "./from-text.js";
import { gotClause, unknownKey } from "./problems.js";
import type { RawSetting } from "./raw-setting.js";
import { hasReference, isReference, type ReferenceContext, resolveReferences } from "./references.js";
import { databaseSchema } from "./schema.js";
import { type Setting, settingAt } from "./setting-list.js";

/** Resolves the references in a value and checks it: the value, and a line for each problem. */
export async function checkSetting(
  raw: RawSetting,
  env: ReferenceContext["env"],
): Promise<{ value: unknown; problems: string[] }> {
  const setting = settingAt(raw.path);
  if (setting === undefined) throw new TypeError(`${raw.path} is not a setting`);
  const { value: resolved, problems } = await resolveReferences(raw.value, { env, folder: raw.folder });
  if (problems.length > 0) {
    return {
      value: undefined,
      problems: problems.map(({ part, message }) => `${raw.placeOf(part)}: ${message}`),
    };
  }
  const value = isReference(raw.value) ? fromText(resolved, setting.kind) : resolved;
  // An optional setting would take "nothing" in the file for a value.
  if (value === undefined || value === null) {
    return {
      value,
      problems: [`${raw.placeOf([])}: expected a value, got nothing (leave the key out for the default)`],
    };
  }
  const result = setting.schema.safeParse(value);
  if (result.success) return { value, problems: [] };
  return { value, problems: result.error.issues.flatMap((issue) => linesOf(issue, raw, setting)) };
}

function linesOf(issue: z.core.$ZodIssue, raw: RawSetting, setting: Setting): string[] {
  if (issue.code === "unrecognized_keys") {
    const known = Object.keys(databaseSchema.shape);
    return issue.keys.map((key) => `${raw.placeOf([...issue.path, key])}: ${unknownKey(key, known)}`);
  }
  const place = raw.placeOf(issue.path);
  return [`${place}: ${issue.message}${valueClause(valueAt(raw.value, issue.path), setting)}`];
}

/** Shows what was written, never what a reference gave: that may be secret wherever it stands. */
function valueClause(written: unknown, setting: Setting): string {
  if (typeof written === "string" && hasReference(written)) return `, got something else from ${written}`;
  const isUnquoted = setting.kind === "text" && (typeof written === "number" || typeof written === "boolean");
  const advice = isUnquoted ? " (put it in quotes)" : "";
  return (setting.isSecret ? "" : gotClause(written)) + advice;
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, step) => (typeof inner === "object" && inner !== null ? Reflect.get(inner, step) : inner),
    value,
  );
}
