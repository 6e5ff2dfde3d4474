import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import type { CommandResult } from "../../../src/cli/command.js";
import { backUp } from "../../../src/commands/handlers/back-up.js";
import { restoreServer } from "../../../src/commands/handlers/restore-server.js";
import { showStatus } from "../../../src/commands/handlers/show-status.js";
import { catchCdcError } from "../../support/catch-cdc-error.js";
import { makeSandbox, removeSandbox } from "../../support/leaks.js";
import { codeOf, tableRows } from "../../support/markdown-tables.js";
import { RecoveryProject } from "../../support/recovery-project.js";
import { NO_OUTSIDE } from "../../support/session.js";

let folder: string;
let project: RecoveryProject;
let restored: RecoveryProject;
let explained: string[];

beforeAll(async () => {
  folder = await makeSandbox();
  project = await RecoveryProject.start(join(folder, "state"));
  restored = await RecoveryProject.at(join(folder, "restored"));
  const page = await readFile(new URL("../../../docs/json.md", import.meta.url), "utf8");
  explained = tableRows(page).map(([name = ""]) => codeOf(name));
});
afterAll(async () => {
  await restored.stop();
  await project.stop();
  await removeSandbox(folder);
});

const session = () => {
  const { config, recorder } = project;
  return {
    config,
    context: recorder.context,
    cwd: folder,
    asCalled: String,
    print: () => undefined,
    ...NO_OUTSIDE,
  };
};

/** `a`, `a.b` and `a[].b` for each name in a document. */
function namesIn(value: unknown, path: string): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => namesIn(item, `${path}[]`));
  if (typeof value !== "object" || value === null) return [path];
  return Object.entries(value).flatMap(([name, inner]) =>
    namesIn(inner, path === "" ? name : `${path}.${name}`),
  );
}

function expectExplained({ fields }: CommandResult): void {
  const names = namesIn(JSON.parse(JSON.stringify(fields)), "");
  expect(names).not.toEqual([]);
  // A list of texts is explained by its own name.
  expect(explained).toEqual(expect.arrayContaining(names.map((name) => name.replace(/\[\]$/, ""))));
}

describe("every name in the document", () => {
  it("of backup is explained", async () => {
    const { fields } = await backUp({}, session());
    const backup = fields.backup as object;
    expect(explained).toContain("backup");
    expectExplained({ fields: { backups: [backup] }, text: "" });
    expectExplained(await backUp({ action: "list" }, session()));
  });

  it("of backup prune is explained, and of what it would do", async () => {
    expectExplained(await backUp({ action: "prune", keep: "1" }, session()));
    const { fields } = await backUp({ action: "prune", keep: "1", "dry-run": true }, session());
    expectExplained({ fields: { pruned: fields.plan }, text: "" });
    expect(Object.keys(fields)).toEqual(["plan"]);
  });

  it("of restore is explained, and of what it would do", async () => {
    const into = restored.config.stateDir;
    expectExplained(await restoreServer({ to: "latest", into, "dry-run": true }, session()));
    expectExplained(await restoreServer({ to: "latest", into }, session()));
  });

  it("of a restore that is out of reach is explained: what could be restored instead", async () => {
    const error = await catchCdcError(restoreServer({ to: "FF/0" }, session()));
    expectExplained({ fields: { windows: error.details?.windows }, text: "" });
  });

  it("of status is explained", async () => {
    expectExplained(await showStatus({ every: 2 }, session()));
  });
});
