import { defineConfig } from "vitest/config";

import { DEFAULT_POSTGRES, FETCHED_POSTGRES, type PostgresMajor } from "./test/support/postgres-versions.js";

/** Settings shared by the layers: unit (no network), integration (real PostgreSQL), the rest (everything real). */
const common = { mockReset: true, restoreMocks: true, unstubEnvs: true } as const;

const withPostgres = (postgresMajor: PostgresMajor) => ({
  ...common,
  provide: { postgresMajor },
  globalSetup: ["test/support/postgres-setup.ts"],
  testTimeout: 60_000,
  hookTimeout: 120_000,
});

/** What PostgreSQL has no part in, or no part that differs from version to version. */
const VERSIONLESS = [
  "clients/connect",
  "clients/connect-access",
  "clients/connect-retries",
  "clients/load-sql",
  "doctor/apply-fixes",
  "doctor/connect",
  "doctor/find-databases",
  "doctor/kafka",
  "doctor/thousand-tables",
  "stages/prepare/ensure-database",
].map((file) => `test/integration/${file}.test.ts`);

/** One version after the other; of the others only what speaks with PostgreSQL. */
const otherVersions = Object.keys(FETCHED_POSTGRES).map((version, index) => ({
  test: {
    ...withPostgres(Number(version) as PostgresMajor),
    name: `postgres-${version}`,
    include: ["stages/prepare", "doctor", "clients", "support"].map(
      (folder) => `test/integration/${folder}/**/*.test.ts`,
    ),
    exclude: VERSIONLESS,
    sequence: { groupOrder: 2 + index },
  },
}));

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...common,
          name: "unit",
          include: ["test/unit/**/*.test.ts"],
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          ...withPostgres(DEFAULT_POSTGRES),
          name: "integration",
          include: ["test/integration/**/*.test.ts"],
          sequence: { groupOrder: 1 },
        },
      },
      ...otherVersions,
      // On processes of this machine, what goes wrong there, and that at random; on a Docker daemon; on a Kubernetes cluster.
      ...["e2e", "faults", "soak", "docker", "k8s"].map((name, index) => ({
        test: {
          ...common,
          name,
          include: [`test/${name}/**/*.test.ts`],
          // One stack of servers at a time, and nothing else beside it.
          fileParallelism: false,
          sequence: { groupOrder: 2 + otherVersions.length + index },
          testTimeout: 300_000,
          hookTimeout: 600_000,
        },
      })),
    ],
  },
});
