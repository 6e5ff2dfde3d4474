import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { loadConfig, type LoadConfigOptions, loadConfigWithSources } from "../../../src/config/load.js";
import { SETTINGS } from "../../../src/config/setting-list.js";
import { CdcError } from "../../../src/errors.js";

let cwd: string;
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), "cdc-config-"));
});
afterEach(() => rm(cwd, { recursive: true }));

type Given = Partial<Omit<LoadConfigOptions, "cwd">> & { yaml?: string | Uint8Array };

async function write(name: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(join(cwd, name)), { recursive: true });
  await writeFile(join(cwd, name), content);
}

async function loadAll({ yaml, ...options }: Given) {
  if (yaml !== undefined) await write("cdc-pipeline.yaml", yaml);
  return loadConfigWithSources({ cwd, env: {}, flags: {}, ...options });
}

const load = async (given: Given) => (await loadAll(given)).config;

async function refusal(given: Given): Promise<CdcError> {
  const thrown: unknown = await load(given).catch((error: unknown) => error);
  if (thrown instanceof CdcError) return thrown;
  throw new Error("the configuration was accepted or failed unexpectedly", { cause: thrown });
}

async function problemsOf(given: Given): Promise<unknown> {
  const error = await refusal(given);
  expect(error.code).toBe("CONFIG_INVALID");
  expect(error.hint).toContain("docs/configuration.md");
  return error.details?.problems;
}

describe("the configuration without anything given", () => {
  test("has every default", async () => {
    expect(await loadConfig({ cwd, env: {}, flags: {} })).toEqual({
      target: "local",
      timeoutMs: 600_000,
      stateDir: join(cwd, ".cdc-pipeline"),
      cacheDir: undefined,
      postgres: {
        host: "127.0.0.1",
        port: 5432,
        adminUser: "admin",
        adminPassword: "password123",
        adminDatabase: "mydb",
        tls: { mode: "prefer" },
      },
      kafka: { brokers: ["127.0.0.1:9092"] },
      connect: { url: "http://127.0.0.1:8083" },
      fromConnect: {},
      debezium: {
        user: "debezium_user",
        password: "debezium_pass",
        publication: "debezium_publication",
        schemas: [],
        publish: "auto",
        heartbeatMs: 10_000,
        signals: false,
        template: undefined,
      },
      local: {
        postgresPort: 5432,
        kafkaPort: 9092,
        connectPort: 8083,
        kafkaHeapMb: 512,
        connectHeapMb: 512,
        javaHome: undefined,
        jvmFlags: "fast",
      },
      compose: {
        project: "cdc-pipeline",
        file: undefined,
        address: "127.0.0.1",
        postgresPort: 5432,
        kafkaPort: 9092,
        connectPort: 8083,
        kafkaHost: "127.0.0.1",
        uiPort: 8080,
        postgresImage: "postgres:15",
        kafkaImage: "apache/kafka:4.3.1",
        connectImage: "quay.io/debezium/connect:3.7.0.Final",
        uiImage: "ghcr.io/kafbat/kafka-ui:v1.5.0",
        kafkaHeapMb: 512,
        connectHeapMb: 512,
        postgresMemoryMb: 1024,
        kafkaMemoryMb: 1280,
        connectMemoryMb: 1280,
      },
      k8s: {
        kubeconfig: undefined,
        postgresImage: "postgres:15",
        dataSize: "10Gi",
        archiveSize: "10Gi",
        loadBalancer: true,
        networkPolicy: false,
        backupKeep: 7,
        backupKeepDays: 0,
        withKafka: false,
        kafkaImage: "apache/kafka:4.3.1",
        connectImage: "quay.io/debezium/connect:3.7.0.Final",
        strimziCluster: "connect",
      },
      databases: [],
      given: new Set(),
    });
  });

  test("says of every value that it is a default", async () => {
    const { sources } = await loadAll({});
    expect([...sources.keys()]).toEqual(SETTINGS.map(({ path }) => path));
    expect(new Set(sources.values())).toEqual(new Set(["default"]));
  });
});

describe("precedence", () => {
  const yaml = "local:\n  kafkaPort: 1111\n";
  const env = { CDC_PIPELINE_LOCAL_KAFKA_PORT: "2222" };
  const flags = { "local.kafkaPort": 3333 };

  test.each([
    ["the default stands without anything", {}, 9092, "default"],
    ["the file goes before the default", { yaml }, 1111, "cdc-pipeline.yaml:2"],
    ["a variable goes before the file", { yaml, env }, 2222, "CDC_PIPELINE_LOCAL_KAFKA_PORT"],
    ["a flag goes before a variable and the file", { yaml, env, flags }, 3333, "--local-kafka-port"],
    ["a flag goes before the file", { yaml, flags }, 3333, "--local-kafka-port"],
  ])("%s", async (_what, given, port, source) => {
    const { config, sources } = await loadAll(given);
    expect(config.local.kafkaPort).toBe(port);
    expect(sources.get("local.kafkaPort")).toBe(source);
  });

  test("values of one section may come from different places", async () => {
    const { local } = await load({
      yaml: "local:\n  kafkaPort: 1111\n  kafkaHeapMb: 256\n",
      env: { CDC_PIPELINE_LOCAL_CONNECT_PORT: "2222" },
      flags: { "local.kafkaPort": 3333 },
    });
    expect(local).toMatchObject({ kafkaPort: 3333, kafkaHeapMb: 256, connectPort: 2222, postgresPort: 5432 });
  });

  // What cannot stand beside another setting, or names a file that is read.
  const ELSEWHERE = [
    "connect.token",
    ...["connect", "postgres", "kafka"].flatMap((section) =>
      ["caFile", "certFile", "keyFile"].map((key) => `${section}.${key}`),
    ),
    ...["debezium.certFile", "debezium.keyFile"],
    ...["tokenFile", "tokenUrl", "tokenClientId", "tokenClientSecret", "tokenScope"].map(
      (key) => `kafka.${key}`,
    ),
  ];

  test("every setting can be given in the environment", async () => {
    const texts: Record<string, string> = {
      number: "300",
      "yes-or-no": "true",
      texts: "a:1,b:2",
      databases: "a,b",
      headers: "x-team: pay, x-to: a, b",
    };
    const special: Record<string, string> = {
      target: "external",
      "local.jvmFlags": "stock",
      "debezium.publish": "tables",
      "connect.url": "https://c:1,https://d:1/",
      "connect.proxy": "http://proxy:3128",
      "postgres.sslMode": "verify-full",
      "fromConnect.postgresSslMode": "verify-ca",
      "kafka.sasl": "plain",
      "compose.address": "0.0.0.0",
      "k8s.dataSize": "1Gi",
      "k8s.archiveSize": "1Gi",
      "k8s.backupSchedule": "@daily",
    };
    const settings = SETTINGS.filter(({ path }) => !ELSEWHERE.includes(path));
    const env = Object.fromEntries(
      settings.map(({ path, environmentName, kind }) => [
        environmentName,
        special[path] ?? texts[kind] ?? "x",
      ]),
    );
    const { config, sources } = await loadAll({ env });
    expect(settings.map(({ path }) => sources.get(path))).toEqual(
      settings.map(({ environmentName }) => environmentName),
    );
    expect(config).toMatchObject({
      target: "external",
      timeoutMs: 300_000,
      kafka: { brokers: ["a:1", "b:2"] },
      connect: {
        url: "https://c:1",
        others: ["https://d:1"],
        access: { basic: { username: "x", password: "x" }, headers: { "x-team": "pay", "x-to": "a, b" } },
      },
    });
  });

  test("an empty variable and an undefined flag count as not given", async () => {
    const { sources } = await loadAll({ env: { CDC_PIPELINE_TIMEOUT: "" }, flags: { timeout: undefined } });
    expect(sources.get("timeout")).toBe("default");
  });
});

describe("text from the environment and from flags", () => {
  test("numbers are read from text", async () => {
    const config = await load({ env: { CDC_PIPELINE_TIMEOUT: " 5 " }, flags: { "postgres.port": "65535" } });
    expect(config).toMatchObject({ timeoutMs: 5000, postgres: { port: 65_535 } });
  });

  test("lists are read from text with commas", async () => {
    const { kafka, databases } = await load({
      env: { CDC_PIPELINE_KAFKA_BROKERS: "a:1, [::1]:2 ,", CDC_PIPELINE_DATABASES: "orders,billing" },
    });
    expect(kafka.brokers).toEqual(["a:1", "[::1]:2"]);
    expect(databases.map(({ name }) => name)).toEqual(["orders", "billing"]);
  });

  test("a flag given several times is one list", async () => {
    const { kafka } = await load({ flags: { "kafka.brokers": ["a:1,b:2", "c:3"] } });
    expect(kafka.brokers).toEqual(["a:1", "b:2", "c:3"]);
  });

  test("text with only digits stays text where text is expected", async () => {
    const { postgres } = await load({ env: { CDC_PIPELINE_POSTGRES_ADMIN_PASSWORD: "0123" } });
    expect(postgres.adminPassword).toBe("0123");
  });
});

describe("the file", () => {
  test("a byte order mark, Windows line ends and any script are understood", async () => {
    const { databases } = await load({ yaml: "\uFEFFdatabases:\r\n  - name: заказы 注文\r\n" });
    expect(databases).toEqual([{ name: "заказы 注文" }]);
  });

  test("a file that was asked for is read instead of cdc-pipeline.yaml", async () => {
    await write("conf/other.yaml", "timeout: 7\n");
    const { config, sources } = await loadAll({ yaml: "timeout: 8\n", file: "conf/other.yaml" });
    expect(config.timeoutMs).toBe(7000);
    expect(sources.get("timeout")).toBe("conf/other.yaml:1");
  });

  test("CDC_PIPELINE_CONFIG names the file, and --config goes before it", async () => {
    await write("env.yaml", "timeout: 7\n");
    await write("flag.yaml", "timeout: 9\n");
    const env = { CDC_PIPELINE_CONFIG: "env.yaml" };
    expect((await load({ env })).timeoutMs).toBe(7000);
    expect((await load({ env, file: "flag.yaml" })).timeoutMs).toBe(9000);
  });

  test.each([
    ["that does not exist", "absent.yaml", "ENOENT"],
    ["that is a folder", ".", "EISDIR"],
  ])("a file %s is refused when it was asked for", async (_what, file, reason) => {
    const error = await refusal({ file });
    expect(error).toMatchObject({ code: "CONFIG_UNREADABLE" });
    expect(error.message).toContain(reason);
  });

  test("~ in the name of the file is not expanded, and the user is told so", async () => {
    expect((await refusal({ file: "~/x.yaml" })).hint).toContain('"~" is not expanded');
  });

  test("a file that is not UTF-8 is refused, also where nobody asked for it", async () => {
    const error = await refusal({ yaml: Uint8Array.of(0xff, 0xfe, 0x61) });
    expect(error).toMatchObject({ code: "CONFIG_UNREADABLE", hint: "save the file as UTF-8" });
  });
});

describe("paths", () => {
  test("begin at the file's folder when the file gives them", async () => {
    await write(
      "conf/a.yaml",
      "stateDir: state\ncacheDir: ../cache\nlocal: { javaHome: jdk }\ndebezium: { template: t.json }\n" +
        "databases: [{ name: a, schema: a.sql }, { name: b }]\n",
    );
    expect(await load({ file: "conf/a.yaml" })).toMatchObject({
      stateDir: join(cwd, "conf/state"),
      cacheDir: join(cwd, "cache"),
      local: { javaHome: join(cwd, "conf/jdk") },
      debezium: { template: join(cwd, "conf/t.json") },
      databases: [{ name: "a", schema: join(cwd, "conf/a.sql") }, { name: "b" }],
    });
  });

  test("begin at the current folder when a flag or a variable gives them", async () => {
    await write("conf/a.yaml", "stateDir: no\ncacheDir: no\n");
    const config = await load({
      file: "conf/a.yaml",
      env: { CDC_PIPELINE_CACHE_DIR: "cache" },
      flags: { stateDir: "/state", databases: [{ name: "a", schema: "a.sql" }] },
    });
    expect(config).toMatchObject({ stateDir: "/state", cacheDir: join(cwd, "cache") });
    expect(config.databases).toEqual([{ name: "a", schema: join(cwd, "a.sql") }]);
  });

  test("~ is not expanded, and the user is told so at every source", async () => {
    const problems = await problemsOf({
      yaml: 'cacheDir: "~"\ndatabases:\n  - { name: a, schema: ~/a.sql }\n',
      flags: { stateDir: "~/x" },
    });
    const told = 'expected a path without "~" (it is not expanded here: write the whole path)';
    expect(problems).toEqual([
      `cdc-pipeline.yaml:1:11 cacheDir: ${told}, got "~"`,
      `cdc-pipeline.yaml:3:24 databases[0].schema: ${told}, got "~/a.sql"`,
      `--state-dir: ${told}, got "~/x"`,
    ]);
  });

  test("a name that only begins with ~ is a path like any other", async () => {
    expect((await load({ flags: { stateDir: "~backup" } })).stateDir).toBe(join(cwd, "~backup"));
  });
});

describe("wrong values", () => {
  test("of all sources are reported at once, each with its place, in the order of the file", async () => {
    const given = {
      yaml:
        "target: remote\nlocal:\n  kafkaPort: x\n  kafkaprt: 1\n  postgresPort: 0\nkafka:\n  brokers: [a:1, b]\n" +
        "conect: {}\ndatabases:\n  - nam: orders\n    name: 5\n",
      env: { CDC_PIPELINE_TIMEOUT: "soon", CDC_PIPELINE_TIMEUOT: "5", CDC_PIPELINE_X: "5", OTHER: "5" },
      flags: { timeout: 0, tiemout: 5 },
    };
    const problems = [
      'cdc-pipeline.yaml:1:9 target: expected local or compose or k8s or external, got "remote"',
      'cdc-pipeline.yaml:3:14 local.kafkaPort: expected a port from 1 to 65535, got "x"',
      'cdc-pipeline.yaml:4:3 local.kafkaprt: unknown key, did you mean "kafkaPort"?',
      "cdc-pipeline.yaml:5:17 local.postgresPort: expected a port from 1 to 65535, got 0",
      'cdc-pipeline.yaml:7:18 kafka.brokers[1]: expected host:port, got "b"',
      'cdc-pipeline.yaml:8:1 conect: unknown key, did you mean "connect"?',
      'cdc-pipeline.yaml:10:10 databases[0].nam: unknown key, did you mean "name"?',
      "cdc-pipeline.yaml:11:11 databases[0].name: expected a name of 1 to 63 bytes, got 5",
      'CDC_PIPELINE_TIMEOUT: expected a number of seconds from 1 to 86400, got "soon"',
      "CDC_PIPELINE_TIMEUOT: unknown environment variable, did you mean CDC_PIPELINE_TIMEOUT?",
      "CDC_PIPELINE_X: unknown environment variable",
      '--tiemout: unknown key, did you mean "timeout"?',
      "--timeout: expected a number of seconds from 1 to 86400, got 0",
    ];
    expect(await problemsOf(given)).toEqual(problems);
    const { message } = await refusal(given);
    expect(message).toBe(["the configuration is wrong in 13 places:", ...problems].join("\n  "));
  });

  test("a wrong value is reported though another source overrides it", async () => {
    expect(await problemsOf({ yaml: "timeout: 0\n", flags: { timeout: 5 } })).toHaveLength(1);
  });

  test("a key that is written twice is reported together with the rest", async () => {
    expect(await problemsOf({ yaml: "timeout: 5\ntimeout: 0\n", flags: { target: "x" } })).toEqual([
      "cdc-pipeline.yaml:2:1: the key is written twice",
      "cdc-pipeline.yaml:2:10 timeout: expected a number of seconds from 1 to 86400, got 0",
      '--target: expected local or compose or k8s or external, got "x"',
    ]);
  });

  const PORT = "expected a port from 1 to 65535";
  const HEAP = "expected a number of megabytes of at least 128";
  const HOST = "expected a host name or an IP address";
  const URL_SHAPE = "expected a URL like http://host:8083";
  test.each([
    ["postgres.port", 0, `${PORT}, got 0`],
    ["postgres.port", 65_536, `${PORT}, got 65536`],
    ["postgres.port", 54.5, `${PORT}, got 54.5`],
    ["postgres.port", "-1", `${PORT}, got -1`],
    ["postgres.port", "5432x", `${PORT}, got "5432x"`],
    ["postgres.port", "0x10", `${PORT}, got "0x10"`],
    ["postgres.port", true, `${PORT}, got true`],
    ["timeout", NaN, "expected a number of seconds from 1 to 86400, got NaN"],
    ["timeout", 86_401, "expected a number of seconds from 1 to 86400, got 86401"],
    ["local.kafkaHeapMb", 127, `${HEAP}, got 127`],
    ["debezium.heartbeatMs", -1, "expected a number of milliseconds from 0 to 86400000, got -1"],
    ["local.jvmFlags", "slow", 'expected fast or stock, got "slow"'],
    ["debezium.publish", "some", 'expected auto or all or tables, got "some"'],
    ["postgres.host", "", `${HOST}, got ""`],
    ["postgres.host", "a b", `${HOST}, got "a b"`],
    ["postgres.host", "h:5432", `${HOST}, got "h:5432"`],
    ["kafka.brokers", "", "expected a list of host:port with at least one entry, got a list"],
    ["kafka.brokers", "a:1,b:0", 'expected host:port, got "b:0"'],
    ["kafka.brokers", "a:65536", 'expected host:port, got "a:65536"'],
    ["kafka.brokers", "::1:9092", 'expected host:port, got "::1:9092"'],
    ["connect.url", "127.0.0.1:8083", `${URL_SHAPE}, got "127.0.0.1:8083"`],
    ["connect.url", "ftp://h", `${URL_SHAPE}, got "ftp://h"`],
    ["connect.url", "http://", `${URL_SHAPE}, got "http://"`],
    ["connect.url", "http://h/#a", 'expected a URL without ? and #, got "http://h/#a"'],
    ["stateDir", "", 'expected a path, got ""'],
    ["debezium.publication", "\ud800", 'expected a name of 1 to 63 bytes, got "\\ud800"'],
    // To PostgreSQL it is everybody.
    [
      "debezium.user",
      "public",
      'expected a role\'s name of 1 to 63 bytes, other than public and none, got "public"',
    ],
    ["debezium.publication", "é".repeat(32), `expected a name of 1 to 63 bytes, got "${"é".repeat(32)}"`],
    ["databases", [{ name: "a" }, { name: "a" }], 'expected every database once, got "a"'],
    ["databases", [{ schema: "a.sql" }], "expected a name of 1 to 63 bytes, got nothing"],
    ["databases", [7], "expected a database like { name: orders, schema: orders.sql }, got 7"],
  ])("%s: %j is refused", async (path, value, message) => {
    const problems = await problemsOf({ flags: { [path]: value } });
    expect(problems).toEqual([expect.stringMatching(/^--[a-z-]+: /)]);
    expect(problems).toEqual([expect.stringContaining(`: ${message}`)]);
  });

  test.each([
    ["postgres.port", 1],
    ["postgres.port", 65_535],
    ["postgres.host", "my_db.internal"],
    ["postgres.host", "::1"],
    ["debezium.heartbeatMs", 0],
    ["local.connectHeapMb", 128],
    ["debezium.publication", "p".repeat(63)],
    ["connect.url", "https://connect.example/base"],
  ])("%s: %j is accepted", async (path, value) => {
    const [section = "", key = ""] = path.split(".");
    expect(await load({ flags: { [path]: value } })).toMatchObject({ [section]: { [key]: value } });
  });

  test("in the file keep their YAML type", async () => {
    expect(
      await problemsOf({ yaml: 'timeout: "60"\nkafka:\n  brokers: a:1\npostgres:\n  adminUser: 12\n' }),
    ).toEqual([
      'cdc-pipeline.yaml:1:10 timeout: expected a number of seconds from 1 to 86400, got "60"',
      'cdc-pipeline.yaml:3:12 kafka.brokers: expected a list of host:port, got "a:1"',
      "cdc-pipeline.yaml:5:14 postgres.adminUser: expected a role's name of 1 to 63 bytes, other than public and none, got 12 (put it in quotes)",
    ]);
  });

  test("a key without a value is reported, also where the setting is optional", async () => {
    const nothing = "expected a value, got nothing (leave the key out for the default)";
    expect(await problemsOf({ yaml: "timeout:\ncacheDir: ~\n" })).toEqual([
      expect.stringMatching(/^cdc-pipeline\.yaml:1:\d+ timeout: /),
      `cdc-pipeline.yaml:2:11 cacheDir: ${nothing}`,
    ]);
  });
});

describe("secrets", () => {
  test("are taken from a variable or a file, relative to where the reference stands", async () => {
    await write("conf/a.yaml", "debezium:\n  password: ${file:secret}\n");
    await write("conf/secret", "s3cret\n");
    const config = await load({
      file: "conf/a.yaml",
      env: { PGPASSWORD: "pg", CDC_PIPELINE_POSTGRES_ADMIN_PASSWORD: "${env:PGPASSWORD}" },
    });
    expect(config.debezium.password).toBe("s3cret");
    expect(config.postgres.adminPassword).toBe("pg");
  });

  test("references stand for any value, also a number or a list", async () => {
    const yaml = 'postgres: { port: "${env:PORT}" }\nkafka: { brokers: "${env:BROKERS}" }\n';
    const config = await load({ yaml, env: { PORT: "5433", BROKERS: "a:1,b:2" } });
    expect(config).toMatchObject({ postgres: { port: 5433 }, kafka: { brokers: ["a:1", "b:2"] } });
  });

  test("that are missing are reported with the rest, each at its place", async () => {
    const yaml =
      "postgres:\n  adminPassword: ${env:ABSENT}\ndebezium:\n  password: ${file:absent}\ntimeout: 0\n";
    expect(await problemsOf({ yaml })).toEqual([
      "cdc-pipeline.yaml:2:18 postgres.adminPassword: the environment variable ABSENT is not set",
      "cdc-pipeline.yaml:4:13 debezium.password: the file absent cannot be read (ENOENT)",
      "cdc-pipeline.yaml:5:10 timeout: expected a number of seconds from 1 to 86400, got 0",
    ]);
  });

  test("that are missing do no harm where another source overrides them", async () => {
    const yaml = "debezium:\n  password: ${env:ABSENT}\n";
    const { debezium } = await load({ yaml, env: { CDC_PIPELINE_DEBEZIUM_PASSWORD: "given" } });
    expect(debezium.password).toBe("given");
  });

  test.each([
    ["a number", "postgres:\n  adminPassword: 8675309\n", "expected text (put it in quotes)"],
    ["a list", "debezium:\n  password: [8675309]\n", "expected text"],
    ["keys and values", "debezium:\n  password: { a: 8675309 }\n", "expected text"],
  ])("that are %s are refused and not shown", async (_what, yaml, message) => {
    const problems = await problemsOf({ yaml });
    expect(problems).toEqual([expect.stringMatching(`: ${message.replace(/[()]/g, "\\$&")}$`)]);
    expect(String(problems)).not.toContain("8675309");
  });

  test("an empty password for Debezium is refused, for the admin it is accepted", async () => {
    expect(await problemsOf({ yaml: 'debezium: { password: "" }' })).toEqual([
      "cdc-pipeline.yaml:1:23 debezium.password: expected text that is not empty",
    ]);
    const { postgres } = await load({ yaml: 'postgres: { adminPassword: "" }' });
    expect(postgres.adminPassword).toBe("");
  });

  test("in a URL are refused and not shown", async () => {
    for (const url of ["ftp://user:hunter2@h", "http://h?token=hunter2", "http://h:1,user:hunter2@h"]) {
      const problems = await problemsOf({ env: { CDC_PIPELINE_CONNECT_URL: url } });
      expect(problems).toEqual([expect.stringContaining("CDC_PIPELINE_CONNECT_URL: expected a URL")]);
      expect(String(problems)).not.toContain("hunter2");
    }
  });

  test("that a reference gives are not shown where they do not fit", async () => {
    const env = { WRONG: "hunter2 hunter2" };
    const yaml = 'connect: { url: "${env:WRONG}" }\npostgres: { port: "${env:WRONG}" }\n';
    const problems = await problemsOf({ yaml, env });
    expect(problems).toEqual([
      "cdc-pipeline.yaml:1:17 connect.url: expected a URL like http://host:8083, got something else from ${env:WRONG}",
      "cdc-pipeline.yaml:2:19 postgres.port: expected a port from 1 to 65535, got something else from ${env:WRONG}",
    ]);
  });
});
