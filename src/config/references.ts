import { resolve } from "node:path";

import { codeOf, readUtf8 } from "./read-utf8.js";

const REFERENCE = /^\$\{(env|file):([^}]+)\}$/;
const LOOKS_LIKE_REFERENCE = /\$\{\w+:[^}]*\}/;

export interface ReferenceContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The folder where relative paths begin. */
  readonly folder: string;
}

export interface ReferenceProblem {
  /** Where in the value: `[0, "name"]`; empty for the value itself. */
  readonly part: readonly PropertyKey[];
  readonly message: string;
}

export interface Resolved {
  readonly value: unknown;
  readonly problems: readonly ReferenceProblem[];
}

/** Whether a value is exactly `${env:NAME}` or `${file:PATH}`. */
export function isReference(value: unknown): value is string {
  return typeof value === "string" && REFERENCE.test(value);
}

/** Whether a value is a reference or holds one anywhere inside. */
export function hasReference(value: unknown): boolean {
  if (typeof value === "object" && value !== null) return Object.values(value).some(hasReference);
  return typeof value === "string" && LOOKS_LIKE_REFERENCE.test(value);
}

/** The value with every reference in it replaced, once: what a reference gives is not looked at again. */
export async function resolveReferences(
  value: unknown,
  context: ReferenceContext,
  part: readonly PropertyKey[] = [],
): Promise<Resolved> {
  if (Array.isArray(value)) {
    const items = await Promise.all(
      value.map((item: unknown, index) => resolveReferences(item, context, [...part, index])),
    );
    return { value: items.map((item) => item.value), problems: items.flatMap(({ problems }) => problems) };
  }
  if (typeof value === "object" && value !== null) {
    const entries = await Promise.all(
      Object.entries(value).map(
        async ([key, item]) => [key, await resolveReferences(item, context, [...part, key])] as const,
      ),
    );
    return {
      value: Object.fromEntries(entries.map(([key, item]) => [key, item.value])),
      problems: entries.flatMap(([, { problems }]) => problems),
    };
  }
  if (typeof value !== "string" || !LOOKS_LIKE_REFERENCE.test(value)) return { value, problems: [] };
  const read = await readReference(value, context);
  return "text" in read
    ? { value: read.text, problems: [] }
    : { value, problems: [{ part, message: read.problem }] };
}

async function readReference(
  written: string,
  { env, folder }: ReferenceContext,
): Promise<{ text: string } | { problem: string }> {
  const [, kind, name] = REFERENCE.exec(written) ?? [];
  if (name === undefined)
    return { problem: "a reference is ${env:NAME} or ${file:PATH} and must be the whole value" };
  if (kind === "env") {
    const text = env[name];
    return text === undefined ? { problem: `the environment variable ${name} is not set` } : { text };
  }
  if (/^~($|[/\\])/.test(name)) return { problem: `"~" is not expanded in ${written}: write the whole path` };
  try {
    const text = await readUtf8(resolve(folder, name));
    // Editors end a file with a newline that nobody means as part of a password.
    return { text: text.replace(/\r?\n$/, "") };
  } catch (error) {
    return { problem: `the file ${name} cannot be read (${codeOf(error)})` };
  }
}
