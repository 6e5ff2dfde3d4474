import * as z from "zod";

/** What the schema knows of a setting besides its type and default. */
export interface SettingNotes {
  readonly description: string;
  /** Its value is never shown. */
  readonly isSecret?: true;
}

export const settingNotes = z.registry<SettingNotes>();

export const note = (description: string) => [settingNotes, { description }] as const;
export const secretNote = (description: string) => [settingNotes, { description, isSecret: true }] as const;
