import type { ColumnType, EventModes } from "./column-codec.js";

export function placeholderOf(type: ColumnType, modes: EventModes): string {
  return JSON.stringify(modes.unavailablePlaceholder) + (type.isArray ? "" : "");
}
