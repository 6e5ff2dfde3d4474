import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { exportConnector } from "../../../../src/connectors/files/export-connector.js";
import { fileNames } from "../../../../src/connectors/files/file-names.js";
import { writeFiles } from "../../../../src/connectors/files/write-files.js";
import { catchCdcError } from "../../../support/catch-cdc-error.js";
import { useSandbox } from "../../../support/leaks.js";

const CONFIG = {
  name: "my-shop",
  "connector.class": "C",
  "database.password": "s3cret",
  "ssl.key.password": "********",
  "sasl.jaas.config": "${file:/run/x:jaas}",
  "topic.prefix": "${env:X}",
  "cdc.pipeline.managed": "true",
};
const status = (state: string) => ({ name: "my-shop", connector: { state, worker_id: "w" }, tasks: [] });
const exported = (withSecrets: boolean, state = "RUNNING") => {
  const result = exportConnector({ name: "my-shop", config: CONFIG, status: status(state) }, { withSecrets });
  return { ...result, document: JSON.parse(result.text) as { config: object; initial_state?: string } };
};

describe("an exported connector", () => {
  it("has variables for its secrets and for what the worker hides, and keeps what the worker looks up", () => {
    const { document, needed, holdsSecret } = exported(false);
    expect(document).toEqual({
      name: "my-shop",
      config: {
        "connector.class": "C",
        "database.password": "${env:MY_SHOP_DATABASE_PASSWORD}",
        "sasl.jaas.config": "${file:/run/x:jaas}",
        "ssl.key.password": "${env:MY_SHOP_SSL_KEY_PASSWORD}",
        "topic.prefix": "$${env:X}",
      },
    });
    expect(needed.map(({ key }) => key)).toEqual(["database.password", "ssl.key.password"]);
    expect(holdsSecret).toBe(false);
  });

  it("has its secrets where that is asked for, but never a mask", () => {
    const { document, needed, holdsSecret } = exported(true);
    expect(document.config).toMatchObject({ "database.password": "s3cret" });
    expect(needed.map(({ key }) => key)).toEqual(["ssl.key.password"]);
    expect(holdsSecret).toBe(true);
  });

  it("begins as it is, where it is paused or stopped", () => {
    expect(exported(false, "STOPPED").document.initial_state).toBe("STOPPED");
    expect(exported(false, "FAILED").document.initial_state).toBeUndefined();
  });
});

describe("the names of files", () => {
  it("are those of the connectors where a file may be called so, and are never the same", () => {
    const names = ["shop", "a/b", "a b", "../up", "CON", "Shop", ".hidden", "ü", "x".repeat(150)];
    const files = [...fileNames(names).values()];
    expect(new Set(files.map((file) => file.toLowerCase())).size).toBe(names.length);
    for (const file of files) expect(file).toMatch(/^[A-Za-z0-9_][\w.-]{0,130}\.json$/);
    expect(fileNames(["orders-cdc"]).get("orders-cdc")).toBe("orders-cdc.json");
  });
});

describe("written files", () => {
  const sandbox = useSandbox();

  it("are unchanged the second time, and others are replaced only where that is asked for", async () => {
    const folder = join(sandbox.folder, "new");
    const file = { name: "a.json", text: "1", isPrivate: true };
    expect(await writeFiles(folder, [file], { overwrite: false })).toEqual([
      { name: "a.json", status: "created" },
    ]);
    expect((await stat(join(folder, "a.json"))).mode & 0o777).toBe(0o600);
    expect(await writeFiles(folder, [file], { overwrite: false })).toEqual([
      { name: "a.json", status: "unchanged" },
    ]);
    const other = [
      { ...file, text: "2" },
      { ...file, name: "b.json" },
    ];
    const error = await catchCdcError(writeFiles(folder, other, { overwrite: false }));
    expect(error.code).toBe("FILE_EXISTS");
    await expect(stat(join(folder, "b.json"))).rejects.toThrow("ENOENT");
    await writeFiles(folder, other, { overwrite: true });
    expect(await readFile(join(folder, "a.json"), "utf8")).toBe("2");
  });
});
