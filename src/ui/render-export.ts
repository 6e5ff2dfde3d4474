import type { NeededVariable } from "../connectors/files/export-connector.js";
import { shellWord } from "../shell-words.js";
import { printableLine } from "./printable.js";
import { renderColumns } from "./render-columns.js";

interface ExportedFile {
  readonly connector: string;
  readonly file: string;
  readonly status: string;
}

/** The files that were written, and the variables that must be set where they are used. */
export function renderExport(
  files: readonly ExportedFile[],
  variables: readonly NeededVariable[],
  folder: string,
): string {
  if (files.length === 0) return "There is no connector to export.";
  const rows = files.map(({ connector, file, status }) => [file, status, connector].map(printableLine));
  const needed = variables.map(({ variable, connector, key }) => [
    `  ${variable}`,
    printableLine(`${key} of ${connector}`),
  ]);
  return [
    ...renderColumns(rows),
    ...(needed.length === 0 ? [] : ["", "To be set where these files are used:", ...renderColumns(needed)]),
    "",
    `What differs from these files: cdc-pipeline connectors diff -f ${shellWord(folder)}`,
  ].join("\n");
}
