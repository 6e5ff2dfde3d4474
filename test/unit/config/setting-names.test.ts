import { describe, expect, test } from "vitest";

import { keysBelow, SETTINGS } from "../../../src/config/setting-list.js";
import { environmentNameOf, FILE_VARIABLE, flagNameOf } from "../../../src/config/setting-names.js";

describe("the names of settings", () => {
  test.each([
    ["target", "CDC_PIPELINE_TARGET", "--target"],
    ["stateDir", "CDC_PIPELINE_STATE_DIR", "--state-dir"],
    ["postgres.adminPassword", "CDC_PIPELINE_POSTGRES_ADMIN_PASSWORD", "--postgres-admin-password"],
    ["local.kafkaHeapMb", "CDC_PIPELINE_LOCAL_KAFKA_HEAP_MB", "--local-kafka-heap-mb"],
    ["fromConnect.postgresHost", "CDC_PIPELINE_FROM_CONNECT_POSTGRES_HOST", "--from-connect-postgres-host"],
  ])("%s is %s in the environment and %s on the command line", (path, environmentName, flagName) => {
    expect(environmentNameOf(path)).toBe(environmentName);
    expect(flagNameOf(path)).toBe(flagName);
  });

  test("no two settings share an environment variable or a flag", () => {
    const names = [FILE_VARIABLE, ...SETTINGS.map(({ environmentName }) => environmentName)];
    expect(new Set(names).size).toBe(names.length);
    expect(new Set(SETTINGS.map(({ flagName }) => flagName)).size).toBe(SETTINGS.length);
  });

  test("passwords, tokens, headers and what may hold a password are secret", () => {
    const secrets = SETTINGS.filter(({ isSecret }) => isSecret).map(({ path }) => path);
    expect(secrets).toEqual([
      "postgres.adminPassword",
      "kafka.password",
      "kafka.tokenClientSecret",
      "connect.password",
      "connect.token",
      "connect.headers",
      "connect.proxy",
      "debezium.password",
    ]);
  });

  test("the keys below a section are its own, and below a value there are none", () => {
    expect(keysBelow("fromConnect")).toEqual([
      "postgresHost",
      "postgresPort",
      "postgresSslMode",
      "postgresCaFile",
      "postgresCertFile",
      "postgresKeyFile",
    ]);
    expect(keysBelow("")).toContain("postgres");
    expect(keysBelow("connect.url")).toEqual([]);
  });
});
