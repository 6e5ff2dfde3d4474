import type { Setting } from "./setting-list.js";

type ListedSetting = Pick<Setting, "path" | "environmentName" | "defaultValue" | "description">;

/** The reference of all settings as a Markdown table. */
export function renderReference(settings: readonly ListedSetting[]): string {
  const rows = settings.map(({ path, environmentName, defaultValue, description }) =>
    rowOf([code(path), code(environmentName), shownDefault(defaultValue), description]),
  );
  const head = [rowOf(["Key", "Environment variable", "Default", "Meaning"]), rowOf(["-", "-", "-", "-"])];
  return [...head, ...rows].join("\n");
}

function rowOf(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

function shownDefault(value: unknown): string {
  if (value === undefined) return "none";
  return code(typeof value === "string" ? value : JSON.stringify(value));
}

const code = (text: string) => `\`${text}\``;
