import { describe, expect, it } from "vitest";

import { countChanges, type PipelinePlan } from "../../../src/plan-pipeline.js";
import type { DatabasePlan } from "../../../src/stages/prepare/plan/planned-step.js";
import { describePlan } from "../../../src/ui/describe-plan.js";
import { renderPlan } from "../../../src/ui/render-plan.js";
import { renderPlanSql } from "../../../src/ui/render-plan-sql.js";

const NOTHING: PipelinePlan = { deploy: [], prepare: [], register: [], verify: [], unplanned: [] };
const SHOP: DatabasePlan = {
  database: "shop",
  kind: "application",
  creation: null,
  isAssumed: false,
  steps: [
    {
      step: "role debezium_user",
      status: "created",
      detail: "login, replication",
      sql: [['CREATE ROLE "debezium_user" WITH LOGIN PASSWORD ', { secret: "debezium_password" }]],
    },
    { step: "grants", status: "updated", detail: "3 tables", sql: ['GRANT USAGE ON SCHEMA "public" TO "x"'] },
    { step: "publication debezium_publication", status: "unchanged", sql: [] },
  ],
  notices: ["UPDATE and DELETE fail on public.log"],
};
const MADE: DatabasePlan = {
  ...SHOP,
  creation: {
    step: "database shop",
    status: "created",
    detail: "from /data/shop's.sql",
    sql: ['CREATE DATABASE "shop"'],
    connectTo: "mydb",
    schemaFile: "/data/shop's.sql",
  },
  isAssumed: true,
};
const FULL: PipelinePlan = {
  deploy: [
    { server: "postgres", title: "PostgreSQL 15.18", status: "unchanged", detail: "port 5432" },
    { server: "kafka", title: "Kafka 4.3.1", status: "started", detail: "port 9092" },
  ],
  prepare: [SHOP],
  register: [
    {
      database: "shop",
      connector: "shop-connector",
      status: "updated",
      changes: [
        { key: "added", to: "1" },
        { key: "changed", from: "a", to: "b" },
        { key: "gone", from: "x" },
      ],
      needsAdoption: false,
    },
  ],
  verify: [{ database: "shop", detail: "a row goes into cdc_pipeline.probe, and is removed again" }],
  unplanned: [],
};
const render = (plan: PipelinePlan, columns = 100) =>
  renderPlan(plan, { applyCommand: "cdc-pipeline up shop", columns, color: false });

describe("a plan on the terminal", () => {
  it("tells in order what would be made, changed and left alone, with its SQL", () => {
    expect(render(FULL)).toBe(
      `deploy
  = PostgreSQL 15.18                  unchanged  port 5432
  + Kafka 4.3.1                       started    port 9092

prepare shop
  + role debezium_user                created    login, replication
      CREATE ROLE "debezium_user" WITH LOGIN PASSWORD :'debezium_password';
  ~ grants                            updated    3 tables
      GRANT USAGE ON SCHEMA "public" TO "x";
  = publication debezium_publication  unchanged
  note: UPDATE and DELETE fail on public.log

register shop
  ~ connector shop-connector          updated
      + added = 1
      ~ changed = a -> b
      - gone = x

verify
  · shop: a row goes into cdc_pipeline.probe, and is removed again

4 changes. Nothing was written. To do it: cdc-pipeline up shop`,
    );
  });

  it("says that nothing is to be done", () => {
    expect(render(NOTHING)).toBe("Nothing to change.");
  });

  it("says what it could not plan, and does not call that nothing", () => {
    const text = render({ ...NOTHING, unplanned: [{ stage: "register", reason: "Connect does not run" }] });
    expect(text).toContain("register\n  not planned: Connect does not run");
    expect(text).not.toContain("Nothing to change");
  });

  it("says what is assumed of a database that is not there yet", () => {
    const lines = render({ ...NOTHING, prepare: [MADE] }).split("\n");
    expect(lines.slice(0, 4)).toEqual([
      "prepare shop",
      "  + database shop                     created    from /data/shop's.sql",
      '      CREATE DATABASE "shop";',
      "  the rest is for an empty one: what the file makes is looked at when it is there",
    ]);
  });

  it("asks for adoption of what somebody else made", () => {
    const [connector] = FULL.register;
    const register = connector === undefined ? [] : [{ ...connector, needsAdoption: true }];
    expect(render({ ...NOTHING, register })).toContain("made by somebody else: only with --adopt");
  });

  it("shows the beginning of a long statement, and where all of it is", () => {
    const sql = [`CREATE FUNCTION f() AS '\n${"line\n".repeat(30)}'`];
    const text = render({
      ...NOTHING,
      prepare: [{ ...SHOP, steps: [{ step: "f", status: "created", sql }] }],
    });
    expect(text).toMatch(/line\n {6}… 2\d more lines; cdc-pipeline plan --sql has all/);
  });

  it("does not say that nothing happens where a row goes in and out", () => {
    expect(render({ ...NOTHING, verify: FULL.verify })).toMatch(/Nothing to change that stays\.$/);
  });

  it("breaks long SQL at spaces and lets no control character through", () => {
    const sql = [
      `GRANT SELECT ON ${Array.from({ length: 30 }, (_, index) => `"t${index}"`).join(", ")} TO "x"`,
    ];
    const step = { step: "a\u001b[31m b", status: "created", sql } as const;
    const text = render({ ...NOTHING, prepare: [{ ...SHOP, steps: [step] }] }, 60);
    expect(
      Math.max(
        ...text
          .split("\n")
          .slice(2, -2)
          .map(({ length }) => length),
      ),
    ).toBeLessThanOrEqual(60);
    expect(text).not.toContain("\u001b");
  });
});

describe("a plan as a script", () => {
  it("connects, locks, and does each database in one transaction, with the secret from the environment", () => {
    expect(renderPlanSql(FULL)).toBe(
      String.raw`-- Written by cdc-pipeline plan. Run it as the administrator: psql -X -f FILE
\set ON_ERROR_STOP on
-- Set CDC_PIPELINE_DEBEZIUM_PASSWORD in the environment (psql 15), or: psql -v debezium_password=…
\getenv debezium_password CDC_PIPELINE_DEBEZIUM_PASSWORD

\connect -reuse-previous=on '"dbname=''shop''"'
BEGIN;
SELECT pg_advisory_xact_lock(hashtext('cdc-pipeline prepare'));
-- role debezium_user
CREATE ROLE "debezium_user" WITH LOGIN PASSWORD :'debezium_password';
-- grants
GRANT USAGE ON SCHEMA "public" TO "x";
COMMIT;
-- not SQL: connector shop-connector would be updated (cdc-pipeline register shop)
`,
    );
  });

  it("makes a missing database and loads its file first", () => {
    const sql = renderPlanSql({ ...NOTHING, prepare: [MADE] });
    const made = sql.indexOf('CREATE DATABASE "shop";');
    const loaded = sql.indexOf(String.raw`\i '/data/shop''s.sql'`);
    expect(made).toBeGreaterThan(sql.indexOf("dbname=''mydb''"));
    expect(loaded).toBeGreaterThan(made);
    expect(sql.indexOf("BEGIN;")).toBeGreaterThan(loaded);
  });
});

describe("a plan for programs", () => {
  it("has its SQL as psql takes it, and the number of changes", () => {
    expect(countChanges(FULL)).toBe(4);
    const plan = JSON.parse(JSON.stringify(describePlan(FULL))) as {
      changes: number;
      prepare: { steps: { sql: string[] }[] }[];
    };
    expect(plan.changes).toBe(4);
    expect(plan.prepare[0]?.steps[0]?.sql).toEqual([
      `CREATE ROLE "debezium_user" WITH LOGIN PASSWORD :'debezium_password';`,
    ]);
  });
});
