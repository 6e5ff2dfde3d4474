import * as z from "zod";

import { settingsSchema } from "./schema.js";
import { environmentNameOf, flagNameOf } from "./setting-names.js";
import { settingNotes } from "./setting-notes.js";

/** How text from an environment variable, a flag or a reference becomes a value. */
export type SettingKind = "text" | "number" | "yes-or-no" | "texts" | "headers" | "databases";

/** One value of the configuration, as the schema describes it. */
export interface Setting {
  /** The dotted key: `local.kafkaPort`. */
  readonly path: string;
  readonly environmentName: string;
  readonly flagName: string;
  readonly kind: SettingKind;
  /** `undefined` where the setting is optional. */
  readonly defaultValue: unknown;
  readonly description: string;
  readonly isSecret: boolean;
  readonly schema: z.ZodType;
}

/** Every setting, in the schema's order. */
export const SETTINGS: readonly Setting[] = settingsIn(settingsSchema, "");

const settingsByPath: ReadonlyMap<string, Setting> = new Map(
  SETTINGS.map((setting) => [setting.path, setting]),
);

export function settingAt(path: string): Setting | undefined {
  return settingsByPath.get(path);
}

/** The keys that may stand below a dotted key, in the schema's order; `""` is the top of the file. */
export function keysBelow(path: string): string[] {
  const prefix = path === "" ? "" : `${path}.`;
  const below = SETTINGS.filter((setting) => setting.path.startsWith(prefix));
  return [...new Set(below.map((setting) => setting.path.slice(prefix.length).replace(/\..*/, "")))];
}

function settingsIn(section: z.ZodObject, prefix: string): Setting[] {
  return Object.entries(section.shape).flatMap(([key, field]) => {
    const path = prefix + key;
    const bare = unwrap(field);
    if (bare instanceof z.ZodObject) return settingsIn(bare, `${path}.`);
    if (!(field instanceof z.ZodType)) throw new TypeError(`${path} has no zod type`);
    return [describe(path, field, bare)];
  });
}

function describe(path: string, schema: z.ZodType, bare: unknown): Setting {
  const notes = settingNotes.get(schema);
  if (notes === undefined) throw new TypeError(`${path} has no description in the schema`);
  return {
    path,
    environmentName: environmentNameOf(path),
    flagName: flagNameOf(path),
    kind: kindOf(bare),
    defaultValue: schema.parse(undefined),
    description: notes.description,
    isSecret: notes.isSecret === true,
    schema,
  };
}

function unwrap(field: unknown): unknown {
  const isWrapped =
    field instanceof z.ZodDefault || field instanceof z.ZodOptional || field instanceof z.ZodPrefault;
  return isWrapped ? unwrap(field.unwrap()) : field;
}

function kindOf(bare: unknown): SettingKind {
  if (bare instanceof z.ZodNumber) return "number";
  if (bare instanceof z.ZodBoolean) return "yes-or-no";
  if (bare instanceof z.ZodArray) return bare.element instanceof z.ZodObject ? "databases" : "texts";
  if (bare instanceof z.ZodRecord) return "headers";
  return "text";
}
