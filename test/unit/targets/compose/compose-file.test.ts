import { readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";
import { parse } from "yaml";

import { SETTINGS } from "../../../../src/config/setting-list.js";
import { packagePath } from "../../../../src/package-root.js";
import { MARK } from "../../../../src/targets/compose/project.js";

interface Service {
  readonly labels?: Record<string, string>;
  readonly restart?: string;
  readonly mem_limit?: string;
  readonly healthcheck?: { readonly test: unknown };
  readonly profiles?: readonly string[];
}

const text = readFileSync(packagePath("docker-compose.yml"), "utf8");
const file = parse(text, { merge: true }) as {
  readonly services: Record<string, Service>;
  readonly volumes: Record<string, { readonly labels?: Record<string, string> }>;
  readonly networks: Record<string, { readonly labels?: Record<string, string> }>;
};
const services = Object.entries(file.services);

describe("docker-compose.yml", () => {
  const variables = [...text.matchAll(/\$\{([A-Z_]+):-([^}]*)\}/g)].map(
    ([, name = "", value = ""]) => [name, value] as const,
  );

  it.each([...new Map(variables)])(
    "has for %s what the setting has by default, so that both start the same containers",
    (name, value) => {
      const setting = SETTINGS.find(({ environmentName }) => environmentName === name);
      expect(setting).toBeDefined();
      expect(value).toBe(String(setting?.defaultValue));
    },
  );

  it("has one default for each variable, and no variable without one", () => {
    const values = new Map(variables.map(([name, value]) => [name, value]));
    expect(variables.filter(([name, value]) => values.get(name) !== value)).toEqual([]);
    expect(text.match(/(?<!\$)\$\{/g)).toHaveLength(variables.length);
  });

  it("takes images by their digests", () => {
    const pinned = (name: string) => `registry.example.com/${name.toLowerCase()}:1@sha256:${"a".repeat(64)}`;
    const filled = text.replace(/\$\{([A-Z_]+):-([^}]*)\}/g, (_, name: string, value: string) =>
      name.endsWith("_IMAGE") ? pinned(name) : value,
    );
    const { services: rendered } = parse(filled, { merge: true }) as {
      readonly services: Record<string, { readonly image: string }>;
    };
    expect(Object.values(rendered).map(({ image }) => image)).toEqual(
      ["POSTGRES", "KAFKA", "CONNECT", "UI"].map((name) => pinned(`CDC_PIPELINE_COMPOSE_${name}_IMAGE`)),
    );
  });

  it("takes every setting of the section `compose`, but the file's own name", () => {
    const names = SETTINGS.filter(({ path }) => path.startsWith("compose.") && path !== "compose.file");
    const used = new Set(variables.map(([name]) => name));
    expect(names.map(({ environmentName }) => environmentName).filter((name) => !used.has(name))).toEqual([]);
  });

  it.each(services)("has for %s a mark, a health check, a memory limit and a restart", (_name, service) => {
    expect(service.labels).toEqual({ [MARK]: "compose" });
    expect(service.healthcheck?.test).toBeDefined();
    expect(service.mem_limit).toMatch(/m$/);
    expect(service.restart).toBe("unless-stopped");
  });

  it("marks each volume and the network", () => {
    for (const one of [...Object.values(file.volumes), ...Object.values(file.networks)]) {
      expect(one.labels).toEqual({ [MARK]: "compose" });
    }
  });

  it("starts the web page on Kafka only when it is asked for", () => {
    const optional = services.filter(([, { profiles }]) => profiles !== undefined).map(([name]) => name);
    expect(optional).toEqual(["ui"]);
  });
});
