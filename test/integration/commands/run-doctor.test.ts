import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import type { Session } from "../../../src/cli/command.js";
import { withPostgres } from "../../../src/clients/postgres.js";
import {
  createDoctorHandler,
  type DoctorArguments,
  runDoctor,
} from "../../../src/commands/handlers/run-doctor.js";
import type { Config } from "../../../src/config/config.js";
import { loadConfig } from "../../../src/config/load.js";
import type { Context } from "../../../src/context.js";
import { defineCheck } from "../../../src/doctor/check.js";
import type { doctor, DoctorOptions } from "../../../src/doctor/doctor.js";
import { readDatabase } from "../../../src/doctor/facts/database-facts.js";
import { runChecks } from "../../../src/doctor/run-checks.js";
import { namesOf } from "../../../src/names.js";
import type { FindingDocument, FixedDocument } from "../../../src/ui/documents.js";
import { catchCdcError } from "../../support/catch-cdc-error.js";
import { type FakeConnect, startFakeConnect } from "../../support/fake-connect.js";
import { useSandbox } from "../../support/leaks.js";
import { parseXml } from "../../support/parse-xml.js";
import { createPreparation, type Preparation } from "../../support/preparation.js";
import { NO_OUTSIDE } from "../../support/session.js";
import { createStageRecorder } from "../../support/stage.js";

const sessionWith = (config: Config, context: Context): Session => ({
  config,
  context,
  cwd: sandbox.folder,
  asCalled: (text: string) => text,
  print: () => undefined,
  ...NO_OUTSIDE,
});

const mayRead = defineCheck({
  code: "MAY_READ",
  severity: "error",
  scope: "database",
  needs: ["database"],
  title: "Debezium's role may read every table",
  why: "The snapshot fails.",
  remedy: "Grant it.",
  look: ({ database, settings: { role }, names }) =>
    database.tables
      .filter(({ hasSelect }) => !hasSelect)
      .map(({ qualifiedName }) => ({
        object: qualifiedName,
        seen: `${role} has no SELECT`,
        fix: {
          kind: "sql",
          database: names.database,
          sql: `GRANT SELECT ON ${qualifiedName} TO "${role}";`,
          isSafe: true,
        },
      })),
});
const hasKey = defineCheck({
  code: "HAS_KEY",
  severity: "warning",
  scope: "database",
  needs: ["database"],
  title: "Every table has a key",
  why: "Its events have none.",
  remedy: "Add one.",
  look: ({ database, names }) =>
    database.tables
      .filter(({ hasPrimaryKey }) => !hasPrimaryKey)
      .map(({ qualifiedName }) => ({
        object: qualifiedName,
        seen: "no key",
        fix: {
          kind: "sql",
          database: names.database,
          sql: `ALTER TABLE ${qualifiedName} ADD id int PRIMARY KEY;`,
          isSafe: false,
        },
      })),
});
const kafkaIsBig = defineCheck({
  code: "KAFKA_IS_BIG",
  severity: "error",
  scope: "server",
  needs: ["kafka"],
  title: "Kafka is big",
  why: "It is small.",
  remedy: "Grow.",
  look: () => [],
});

/** Looks at real databases with the checks above; there is no Kafka. */
let looks: DoctorOptions[];
const diagnose: typeof doctor = async (options) => {
  looks.push(options);
  const { deployment, databases, role, publication } = options;
  const { postgres } = deployment.endpoints;
  const examined = await Promise.all(
    databases.map(async (name) => {
      const facts = await withPostgres(postgres, name, (client) => readDatabase(client, role, publication));
      return { names: namesOf(name), areas: { database: { value: facts } } };
    }),
  );
  const settings = {
    ...options,
    databases: databases.map(namesOf),
    postgres,
    postgresFromConnect: deployment.postgresFromConnect,
    brokers: [],
    defaultPasswords: [],
    connectUrl: "",
  };
  const servers = { kafka: { unknown: "no broker answers" } };
  return runChecks([mayRead, hasKey, kafkaIsBig], { settings, servers, databases: examined });
};

const sandbox = useSandbox();
let p: Preparation;
let connect: FakeConnect;
let database: string;
beforeEach(async () => {
  looks = [];
  p = await createPreparation();
  connect = await startFakeConnect();
  await p.createRole(p.role);
  database = await p.createDatabase();
  await p.query(database, 'CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE "B b" (id int PRIMARY KEY)');
});
afterEach(async () => {
  await connect.close();
  await p.dispose();
});

async function run(
  args: Partial<DoctorArguments> = {},
  { databases = "", ...session }: Partial<Session> & { databases?: string } = {},
) {
  const { host, port, adminUser, adminPassword, adminDatabase } = p.endpoint;
  const env = {
    CDC_PIPELINE_POSTGRES_HOST: host,
    CDC_PIPELINE_POSTGRES_PORT: String(port),
    CDC_PIPELINE_POSTGRES_ADMIN_USER: adminUser,
    CDC_PIPELINE_POSTGRES_ADMIN_PASSWORD: adminPassword,
    CDC_PIPELINE_POSTGRES_ADMIN_DATABASE: adminDatabase,
    CDC_PIPELINE_DEBEZIUM_USER: p.role,
    CDC_PIPELINE_CONNECT_URL: connect.url,
    ...(databases === "" ? {} : { CDC_PIPELINE_DATABASES: databases }),
  };
  const config = await loadConfig({ cwd: sandbox.folder, env, flags: { target: "external" } });
  const { context, events } = createStageRecorder();
  const result = await createDoctorHandler(diagnose)(
    { database: [database], ...args },
    { ...sessionWith(config, context), ...session },
  );
  const { findings, fixed } = result.fields as { findings: FindingDocument[]; fixed?: FixedDocument[] };
  return {
    ...result,
    findings,
    fixed,
    events,
    codes: findings.map(({ code, severity }) => `${code}: ${severity}`),
  };
}
const mayRoleRead = (table: string) =>
  p.query(database, `SELECT has_table_privilege('${p.role}', '${table}', 'SELECT')`);
const grantAll = () => p.query(database, `GRANT SELECT ON a, "B b" TO "${p.role}"`);
const addKeyless = () => p.query(database, `CREATE TABLE k (); GRANT SELECT ON k TO "${p.role}"`);

describe("doctor", () => {
  it("fails for an error, and says what puts it right", async () => {
    const { ok, text, findings, fields } = await run();
    expect(ok).toBe(false);
    expect(findings).toHaveLength(3);
    expect(findings[0]).toEqual({
      code: "MAY_READ",
      severity: "error",
      database,
      object: 'public."B b"',
      seen: `${p.role} has no SELECT`,
      why: "The snapshot fails.",
      fix: `GRANT SELECT ON public."B b" TO "${p.role}";`,
      fixKind: "sql",
      fixDatabase: database,
      fixIsSafe: true,
    });
    expect(findings[2]).toMatchObject({
      code: "HAS_KEY",
      severity: "ok",
      fix: null,
      fixKind: null,
      fixIsSafe: false,
    });
    expect(fields.skipped).toEqual([{ code: "KAFKA_IS_BIG", database: null, reason: "no broker answers" }]);
    expect(fields).not.toHaveProperty("fixed");
    expect(text).toContain(`GRANT SELECT ON public."B b" TO "${p.role}";`);
    expect(text).toContain("1 check passed, 1 not looked at (no broker answers)");
    expect(text).toContain(`cdc-pipeline doctor --fix ${database} applies 2 of the fixes`);
    expect(await mayRoleRead("a")).toEqual([false]);
  });

  it("succeeds with warnings, unless it is strict", async () => {
    await grantAll();
    await addKeyless();
    expect(await run()).toMatchObject({ codes: ["HAS_KEY: warning", "MAY_READ: ok"] });
    expect((await run()).ok).toBeUndefined();
    expect((await run({ strict: true })).ok).toBe(false);
  });

  it("looks at each database once, with the configured names", async () => {
    await run({ database: [database, database] });
    expect(looks).toHaveLength(1);
    expect(looks[0]).toMatchObject({
      databases: [database],
      role: p.role,
      publication: "debezium_publication",
    });
  });

  it("refuses a name that no database can have, before it looks", async () => {
    expect(await catchCdcError(run({ database: ["template1"] }))).toMatchObject({
      code: "DATABASE_NAME_INVALID",
    });
    expect(looks).toEqual([]);
  });
});

describe("doctor without databases", () => {
  it("looks at those that are configured and those that have a connector", async () => {
    const other = await p.createDatabase();
    connect.configs.set("other-connector", {
      "database.hostname": p.endpoint.host,
      "database.port": String(p.endpoint.port),
      "database.dbname": other,
      "cdc.pipeline.managed": "true",
    });
    const { text } = await run({ database: [] }, { databases: database });
    expect(looks[0]?.databases).toEqual([database, other]);
    expect(text).toContain(`Looked at the servers, and at ${database}, ${other}.`);
  });

  it("looks at the servers only where there are none, and says so", async () => {
    const { text, ok } = await run({ database: [] });
    expect(looks[0]?.databases).toEqual([]);
    expect(text).toContain(
      "Only the servers were looked at: no database was named, none is configured, and none has",
    );
    expect(ok).toBeUndefined();
  });

  it("looks all the same where Kafka Connect is away", async () => {
    await connect.close();
    const { text } = await run({ database: [] });
    expect(text.replaceAll("\n", " ")).toContain("Kafka Connect could not be asked");
    connect = await startFakeConnect();
  });
});

describe("doctor --fix", () => {
  it("applies the safe fixes, looks again and says what it did", async () => {
    await addKeyless();
    const { ok, codes, fixed, text } = await run({ fix: true, yes: true });
    expect(codes).toEqual(["HAS_KEY: warning", "MAY_READ: ok"]);
    expect(ok).toBeUndefined();
    expect(fixed).toEqual([
      {
        code: "MAY_READ",
        database,
        sql: `GRANT SELECT ON public."B b" TO "${p.role}";`,
        status: "applied",
        message: null,
      },
      {
        code: "MAY_READ",
        database,
        sql: `GRANT SELECT ON public.a TO "${p.role}";`,
        status: "applied",
        message: null,
      },
    ]);
    expect(text).toContain("--fix applied 2 of 2:");
    expect(await mayRoleRead("a")).toEqual([true]);
    expect(looks).toHaveLength(2);
  });

  it("leaves what is not safe to the user, and shows it", async () => {
    await addKeyless();
    const { text } = await run({ fix: true, yes: true });
    expect(text).toContain("ALTER TABLE public.k ADD id int PRIMARY KEY;");
    const keys = await p.query(database, "SELECT count(*)::int FROM pg_index WHERE indrelid = 'k'::regclass");
    expect(keys).toEqual([0]);
  });

  it("tells of each statement before it runs it", async () => {
    const { events } = await run({ fix: true, yes: true });
    expect(events.flatMap((event) => (event.type === "notice" ? [event.message] : []))).toEqual([
      `--fix, in the database ${database}: GRANT SELECT ON public."B b" TO "${p.role}";`,
      `--fix, in the database ${database}: GRANT SELECT ON public.a TO "${p.role}";`,
    ]);
  });

  it("shows the fixes and asks, where somebody can be asked", async () => {
    const questions: string[] = [];
    const answer = (yes: boolean) => (question: string) => {
      questions.push(question);
      return Promise.resolve(yes);
    };
    const refused = await run({ fix: true }, { confirm: answer(false) });
    expect(refused.text).toContain("Nothing was changed.");
    expect(refused).toMatchObject({ ok: false, fixed: [] });
    expect(await mayRoleRead("a")).toEqual([false]);
    const agreed = await run({ fix: true }, { confirm: answer(true) });
    expect(agreed.fixed).toHaveLength(2);
    expect(await mayRoleRead("a")).toEqual([true]);
    expect(questions).toHaveLength(2);
    expect(questions[0]).toContain(`GRANT SELECT ON public.a TO "${p.role}";`);
    expect(questions[0]).toMatch(/Apply these 2 fixes\?$/);
  });

  it("does not begin where nobody can be asked", async () => {
    const error = await catchCdcError(run({ fix: true }));
    expect(error.code).toBe("USAGE");
    expect(error.hint).toContain("add --yes");
    expect(looks).toEqual([]);
  });

  it("with --dry-run shows what it would run, asks nobody and runs nothing", async () => {
    const { fixed, text, ok } = await run({ fix: true, dryRun: true });
    expect(fixed?.map(({ status }) => status)).toEqual(["planned", "planned"]);
    expect(text).toContain("--fix would run:");
    expect(ok).toBe(false);
    expect(await mayRoleRead("a")).toEqual([false]);
    expect(looks).toHaveLength(1);
  });

  it("says so where there is nothing to do", async () => {
    await grantAll();
    const { text, fixed, ok } = await run({ fix: true, yes: true });
    expect(text).toContain("There is nothing that --fix may do.");
    expect([fixed, ok]).toEqual([[], undefined]);
    expect(looks).toHaveLength(1);
  });

  it("tells of a fix that failed, and fails by what is left", async () => {
    await p.query(
      database,
      `CREATE FUNCTION refuse() RETURNS event_trigger LANGUAGE plpgsql AS
      $$ BEGIN RAISE 'not here'; END $$; CREATE EVENT TRIGGER refuse ON ddl_command_end EXECUTE FUNCTION refuse()`,
    );
    const { fixed, ok, text } = await run({ fix: true, yes: true });
    expect(fixed?.map(({ status, message }) => `${status}: ${message ?? ""}`)).toEqual([
      "failed: not here (P0001)",
      "failed: not here (P0001)",
    ]);
    expect(ok).toBe(false);
    expect(text).toContain("--fix applied 0 of 2:");
  });

  it.each([{ dryRun: true }, { yes: true }])("is what %j belongs to", async (args) => {
    expect(await catchCdcError(run(args))).toMatchObject({ code: "USAGE" });
    expect(looks).toEqual([]);
  });
});

describe("doctor where the servers of this directory have died", () => {
  it("looks all the same, and says what does not answer", async () => {
    const stateDir = join(sandbox.folder, ".cdc-pipeline");
    const record = {
      process: { pid: 2 ** 22 + 1, startedAt: "1" },
      port: 1,
      requestedPort: 1,
      fingerprint: "f",
    };
    const servers = { postgres: record, kafka: record, connect: record };
    await mkdir(stateDir);
    await writeFile(join(stateDir, "state.json"), JSON.stringify({ version: 1, clusterId: "c", servers }));
    const config = await loadConfig({ cwd: sandbox.folder, env: {}, flags: {} });
    const { context } = createStageRecorder();
    const session = sessionWith(config, context);
    const { ok, fields, text } = await runDoctor({ database: [] }, session);
    expect(ok).toBe(false);
    const findings = fields.findings as FindingDocument[];
    expect(
      findings
        .filter(({ severity }) => severity === "error")
        .map(({ code }) => code)
        .sort(),
    ).toEqual(["CONNECT_UNREACHABLE", "KAFKA_UNREACHABLE", "POSTGRES_UNREACHABLE"]);
    expect(text).toMatch(/\d+ not looked at/);
  });

  it("is told that there are none where none were started", async () => {
    const config = await loadConfig({ cwd: sandbox.folder, env: {}, flags: {} });
    const { context } = createStageRecorder();
    const session = sessionWith(config, context);
    const error = await catchCdcError(runDoctor({ database: ["shop"] }, session));
    expect(error.code).toBe("NOT_DEPLOYED");
  });
});

describe("doctor --report", () => {
  it("writes JUnit XML of what was found", async () => {
    await run({ report: ["junit=out/doctor.xml"] });
    const root = parseXml(await readFile(join(sandbox.folder, "out/doctor.xml"), "utf8"));
    expect(root.attributes).toMatchObject({ tests: "4", failures: "2", skipped: "1" });
    expect(root.children.map(({ attributes }) => attributes.name)).toEqual(["servers", database]);
  });

  it("tells of the findings after the fixes", async () => {
    await run({ report: ["junit=doctor.xml"], fix: true, yes: true });
    const root = parseXml(await readFile(join(sandbox.folder, "doctor.xml"), "utf8"));
    expect(root.attributes).toMatchObject({ tests: "3", failures: "0" });
  });

  it("counts warnings as failures where it is strict", async () => {
    await grantAll();
    await addKeyless();
    await run({ report: ["junit=doctor.xml"], strict: true });
    const root = parseXml(await readFile(join(sandbox.folder, "doctor.xml"), "utf8"));
    expect(root.attributes).toMatchObject({ failures: "1" });
  });

  it.each([
    ["html=a.html", "USAGE"],
    ["junit=", "USAGE"],
    ["junit=/proc/nowhere/a.xml", "PATH_NOT_WRITABLE"],
  ])("that cannot be written is found before anything is looked at: %s", async (report, code) => {
    expect(await catchCdcError(run({ report: [report] }))).toMatchObject({ code });
    expect(looks).toEqual([]);
  });
});
