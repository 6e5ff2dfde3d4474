import { describe, expect, it } from "vitest";

import type {
  DatabaseFacts,
  PublicationFacts,
  RoleFacts,
  TableWithoutIdentity,
} from "../../../../../src/stages/prepare/facts/database-facts.js";
import { planPrepare } from "../../../../../src/stages/prepare/plan/plan-prepare.js";
import { showStatement } from "../../../../../src/stages/prepare/plan/planned-step.js";
import type { PrepareSettings } from "../../../../../src/stages/prepare/plan/prepare-settings.js";

const SETTINGS: PrepareSettings = {
  database: "shop",
  role: "reader",
  publication: "changes",
  adminUser: "admin",
  schemas: [],
  publish: "auto",
  adopt: false,
  hasOtherPassword: false,
  serverVersion: 150_018,
  isTemplate: false,
};

const GOOD_ROLE: RoleFacts = { login: true, replication: true, createdb: true, superuser: false };
const GOOD_PUBLICATION: PublicationFacts = {
  allTables: true,
  allOperations: true,
  hasFilters: false,
  schemas: [],
  owner: "reader",
  isReachable: true,
  isOurs: true,
};

/** A database that nobody has prepared, with three tables. */
const FRESH: DatabaseFacts = {
  admin: {
    isSuperuser: true,
    createrole: true,
    createdb: true,
    replication: true,
    mayCreate: true,
    mayAlterRole: true,
  },
  role: null,
  hasReplicationGroup: false,
  hasConnect: false,
  schemas: ["public"],
  schemasOutOfReach: [],
  tablesOutOfReach: [],
  defaultsMissingInSchemas: [],
  ownersOutOfReach: [],
  unpublishedTables: [],
  hasKeylessTables: false,
  tablesWithRowSecurity: [],
  slots: [],
  // Without a schema public, nothing is to be done for the functions, which have tests of their own.
  functions: { hasSchema: false, mayCreate: false, found: {} },
  schemasWithoutUsage: ["public"],
  schemasWithoutSelect: ["public"],
  tablesWithoutSelect: 3,
  tables: 3,
  ownersWithoutDefaults: ["admin"],
  holdsUnrecorded: false,
  hasProbeTable: false,
  hasSignalTable: false,
  maySignal: false,
  publication: null,
  tablesWithoutIdentity: [],
  held: [],
};

const NO_SUPERUSER = { ...FRESH.admin, isSuperuser: false };

const PREPARED: DatabaseFacts = {
  ...FRESH,
  role: GOOD_ROLE,
  hasConnect: true,
  schemasWithoutUsage: [],
  schemasWithoutSelect: [],
  tablesWithoutSelect: 0,
  ownersWithoutDefaults: [],
  hasProbeTable: true,
  publication: GOOD_PUBLICATION,
};

const plan = (changes: Partial<DatabaseFacts> = {}, base = PREPARED, settings = SETTINGS) =>
  planPrepare({ ...base, ...changes }, settings).steps;
const notices = (changes: Partial<DatabaseFacts>, settings: Partial<PrepareSettings> = {}) =>
  planPrepare({ ...PREPARED, ...changes }, { ...SETTINGS, ...settings }).notices;
const linesOf = (steps: ReturnType<typeof plan>) =>
  steps.slice(0, 4).map(({ step, status, detail }) => [step, status, detail]);
const sqlOf = (steps: ReturnType<typeof plan>) => steps.flatMap(({ sql }) => sql.map(showStatement));
const keyless = (table: string): TableWithoutIdentity => ({
  table,
  reason: "no primary key",
  index: null,
  isPrimary: false,
  changes: 0,
  isPublished: false,
});
const refusal = (code: string, message: RegExp, hint: RegExp): unknown =>
  expect.objectContaining({
    code,
    message: expect.stringMatching(message) as string,
    hint: expect.stringMatching(hint) as string,
  });

describe("planPrepare", () => {
  it("tells of what is broken though nothing has to be done", () => {
    const broken = { ...keyless("public.log"), isPublished: true };
    expect(notices({ tablesWithoutIdentity: [broken], tablesWithRowSecurity: ["public.secret"] })).toEqual([
      "in shop, UPDATE and DELETE fail now on published tables without a usable identity: public.log (no primary key); " +
        "in the database, add primary keys, or: ALTER TABLE public.log REPLICA IDENTITY FULL;",
      'in shop, row-level security hides rows of public.secret from the snapshot; ALTER ROLE "reader" BYPASSRLS;',
    ]);
    expect(notices({})).toEqual([]);
  });

  it("makes everything in a database that nobody has prepared", () => {
    const steps = plan({}, FRESH);
    expect(linesOf(steps)).toEqual([
      ["role reader", "created", "login, replication, createdb, no superuser"],
      ["probe table cdc_pipeline.probe", "created", undefined],
      ["grants", "created", "3 tables, and later ones of admin"],
      ["publication changes", "created", "for all tables, owned by reader"],
    ]);
    expect(steps.slice(0, 4).every(({ sql }) => sql.length > 0)).toBe(true);
  });

  it("has nothing to do in a database that is prepared", () => {
    const steps = plan();
    expect(linesOf(steps)).toEqual([
      ["role reader", "unchanged", undefined],
      ["probe table cdc_pipeline.probe", "unchanged", undefined],
      ["grants", "unchanged", "3 tables"],
      ["publication changes", "unchanged", undefined],
    ]);
    expect(sqlOf(steps)).toEqual([]);
  });

  it("speaks of one table in the singular", () => {
    expect(plan({ tables: 1 })[2]?.detail).toBe("1 table");
  });

  it.each<[string, Partial<RoleFacts>, string]>([
    ["LOGIN", { login: false }, "gets login"],
    ["REPLICATION", { replication: false }, "gets replication"],
    ["CREATEDB", { createdb: false }, "gets createdb"],
    ["all three", { login: false, replication: false, createdb: false }, "gets login replication createdb"],
  ])("gives a role that lacks %s just that, and leaves its password alone", (_what, lacks, detail) => {
    const steps = plan({ role: { ...GOOD_ROLE, ...lacks } });
    expect(linesOf(steps)[0]).toEqual(["role reader", "updated", detail]);
    expect(sqlOf(steps)).toEqual([
      expect.stringMatching(`^ALTER ROLE "reader" WITH ${detail.replace("gets ", "").toUpperCase()}$`),
    ]);
  });

  it.each<[string, Partial<DatabaseFacts>, string]>([
    ["CONNECT", { hasConnect: false }, 'GRANT CONNECT ON DATABASE "shop" TO "reader"'],
    ["USAGE", { schemasWithoutUsage: ["a", "b"] }, 'GRANT USAGE ON SCHEMA "a", "b" TO "reader"'],
    [
      "SELECT",
      { schemasWithoutSelect: ["a"], tablesWithoutSelect: 1 },
      'GRANT SELECT ON ALL TABLES IN SCHEMA "a" TO "reader"',
    ],
  ])("grants just %s where only that is missing", (_what, facts, sql) => {
    const steps = plan(facts);
    expect(linesOf(steps)[2]).toEqual(["grants", "updated", "3 tables"]);
    expect(sqlOf(steps)).toEqual([sql]);
  });

  it("names the owners whose later tables could not be read before", () => {
    const steps = plan({ ownersWithoutDefaults: ["ann", "bob"] });
    expect(linesOf(steps)[2]).toEqual(["grants", "updated", "3 tables, and later ones of ann, bob"]);
    expect(sqlOf(steps)).toHaveLength(4);
  });

  it("grants the reading of the probe table that the same plan makes", () => {
    expect(sqlOf(plan({ hasProbeTable: false }))).toEqual(
      expect.arrayContaining([
        'GRANT USAGE ON SCHEMA "cdc_pipeline" TO "reader"',
        'GRANT SELECT ON ALL TABLES IN SCHEMA "cdc_pipeline" TO "reader"',
      ]),
    );
  });

  it("makes the table for signals where it is wanted, and lets the role write to it", () => {
    const signalled = (changes: Partial<DatabaseFacts>, settings: Partial<PrepareSettings> = {}) =>
      plan(changes, PREPARED, { ...SETTINGS, signals: true, ...settings }).filter(
        ({ sql }) => sql.length > 0,
      );
    expect(plan({}).some(({ step }) => step.includes("signal"))).toBe(false);
    const grant = 'GRANT SELECT, INSERT, DELETE ON cdc_pipeline.signal TO "reader"';
    expect(signalled({}).map(({ sql }) => sql)).toEqual([
      [expect.stringContaining("CREATE TABLE"), expect.stringContaining("COMMENT"), grant],
    ]);
    expect(signalled({ hasSignalTable: true }).map(({ sql }) => sql)).toEqual([[grant]]);
    expect(signalled({ hasSignalTable: true, maySignal: true })).toEqual([]);
    const listed = { ...GOOD_PUBLICATION, allTables: false };
    const steps = signalled({ publication: listed }, { publish: "tables" });
    expect(sqlOf(steps).join()).toContain("ADD TABLE cdc_pipeline.signal");
  });

  it("quotes whatever a name or the password holds", () => {
    const settings: PrepareSettings = {
      ...SETTINGS,
      database: 'my "kart"; drop',
      role: 'a "reader"; --',
      publication: 'P"; --',
      adminUser: 'the "boss"',
    };
    const facts = { ownersWithoutDefaults: ['o"; --'], schemasWithoutUsage: ['s"; --'] };
    const sql = sqlOf(plan(facts, FRESH, settings)).join("\n");
    for (const quoted of [
      '"my ""kart""; drop"',
      '"a ""reader""; --"',
      '"P""; --"',
      '"the ""boss"""',
      '"o""; --"',
      '"s""; --"',
    ]) {
      expect(sql).toContain(quoted);
    }
    const outsideOfQuotes = sql.replace(/"(?:[^"]|"")*"|'(?:[^']|'')*'/g, "");
    expect(outsideOfQuotes).not.toMatch(/;|--|drop/i);
  });

  it("takes a publication of ours back from another owner, and leaves somebody else's with its owner", () => {
    const taken = plan({ publication: { ...GOOD_PUBLICATION, owner: "ann" } });
    expect(linesOf(taken)[3]).toEqual(["publication changes", "updated", "owned by reader again"]);
    const foreign = plan({ publication: { ...GOOD_PUBLICATION, owner: "ann", isOurs: false } });
    expect(linesOf(foreign)[3]).toEqual(["publication changes", "unchanged", undefined]);
    expect(sqlOf(foreign)).toEqual([]);
  });

  it("needs no superuser for a publication that is there", () => {
    expect(sqlOf(plan({ admin: NO_SUPERUSER }))).toEqual([]);
  });

  it("lets a publication that is there be, whatever the tables' identity", () => {
    expect(sqlOf(plan({ tablesWithoutIdentity: [keyless("public.log")] }))).toEqual([]);
  });

  it.each<[string, Partial<DatabaseFacts>, unknown]>([
    [
      "a role that is a superuser",
      { role: { ...GOOD_ROLE, superuser: true } },
      refusal("ROLE_UNSUITABLE", /reader exists and is a superuser/, /ALTER ROLE "reader" NOSUPERUSER/),
    ],
    [
      "a publication of some tables",
      { publication: { ...GOOD_PUBLICATION, allTables: false, isOurs: false } },
      refusal("PUBLICATION_UNSUITABLE", /changes exists and is not FOR ALL TABLES/, /debezium\.publication/),
    ],
    [
      "a publication of some operations",
      { publication: { ...GOOD_PUBLICATION, allOperations: false } },
      refusal("PUBLICATION_UNSUITABLE", /changes exists and leaves out some of/, /debezium\.publication/),
    ],
  ])("refuses %s", (_what, facts, error) => {
    expect(() => plan(facts)).toThrow(error);
  });

  it("refuses to break tables without identity: names five, counts the rest, and tells a program all", () => {
    const tables = Array.from({ length: 7 }, (_, index) => `public.log${index}`);
    expect(() => plan({ publication: null, tablesWithoutIdentity: tables.map(keyless) })).toThrow(
      expect.objectContaining({
        code: "TABLES_WITHOUT_IDENTITY",
        message: expect.stringMatching(
          /in shop, .* public\.log0 \(no primary key\), .*public\.log4 \(no primary key\) and 2 more$/,
        ) as string,
        hint: expect.stringContaining("ALTER TABLE public.log0 REPLICA IDENTITY FULL;") as string,
        details: expect.objectContaining({ tables }) as unknown,
      }),
    );
  });

  it("names a single table without counting", () => {
    expect(() => plan({ publication: null, tablesWithoutIdentity: [keyless("public.log")] })).toThrow(
      /usable identity: public\.log \(no primary key\)$/,
    );
  });
});
