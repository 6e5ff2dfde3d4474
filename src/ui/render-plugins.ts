import type { ConnectorPlugin, PluginSetting } from "../clients/connect/connect-client.js";
import { printableLine } from "./printable.js";
import { renderColumns } from "./render-columns.js";
import { wrapText } from "./text-table.js";

export function renderPlugins(plugins: readonly ConnectorPlugin[]): string {
  if (plugins.length === 0) return "no plugins";
  const rows = plugins.map(({ type, class: name, version }) => [type, name, version].map(printableLine));
  return renderColumns(rows).join("\n");
}

interface Settings {
  readonly plugin: ConnectorPlugin;
  readonly settings: readonly PluginSetting[];
  /** Only those with a word were asked for. */
  readonly isSearch: boolean;
}

const READABLE_COLUMNS = 100;

/** Each setting with what it takes, and its documentation below it. */
export function renderPluginSettings(
  { plugin, settings, isSearch }: Settings,
  columns = READABLE_COLUMNS,
): string {
  const head = printableLine([plugin.class, plugin.version].filter((text) => text !== "").join(" "));
  if (settings.length === 0)
    return `${head}\n\n${isSearch ? "no setting has that word" : "it tells of no settings"}`;
  const width = Math.max(20, Math.min(columns, READABLE_COLUMNS) - 4);
  const blocks = settings.map((setting) => {
    const value = setting.default_value;
    const facts = [
      setting.type.toLowerCase(),
      setting.required ? "required" : `default ${value === null ? "none" : value === "" ? "empty" : value}`,
      `${setting.importance.toLowerCase()} importance`,
    ];
    const documentation = wrapText(printableLine(setting.documentation), width);
    return [
      printableLine(`${setting.name} (${facts.join(", ")})`),
      ...documentation.map((line) => `    ${line}`),
    ].join("\n");
  });
  return [head, ...blocks].join("\n\n");
}
