import { readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";
import { parse } from "yaml";

import { packagePath } from "../../../src/package-root.js";
import {
  ARCHIVE_SETTINGS,
  archiveCommand,
  CAPTURE_SETTINGS,
} from "../../../src/targets/postgres-settings.js";

const WANTED = { ...CAPTURE_SETTINGS, ...ARCHIVE_SETTINGS };

interface ComposeFile {
  readonly services: { readonly postgres: { readonly command: readonly string[] } };
}

describe("the settings of a PostgreSQL of our own", () => {
  it("are those of the compose file, word for word", () => {
    const text = readFileSync(packagePath("docker-compose.yml"), "utf8");
    const { command } = (parse(text, { merge: true }) as ComposeFile).services.postgres;
    const archive = archiveCommand("/wal-archive/wal");
    const wanted = { ...WANTED, archive_command: archive };
    expect(command.slice(1).sort()).toEqual(
      Object.entries(wanted)
        .map(([name, value]) => `-c${name}=${value}`)
        .sort(),
    );
  });

  it("are those of the Kubernetes manifests", () => {
    const text = readFileSync(packagePath("k8s/postgres/config.yaml"), "utf8");
    const file = (parse(text) as { data: Record<string, string> }).data["postgresql.conf"] ?? "";
    for (const [name, value] of Object.entries(WANTED)) {
      expect(file.split("\n")).toContain(`${name} = ${name === "archive_timeout" ? `${value}s` : value}`);
    }
  });
});
