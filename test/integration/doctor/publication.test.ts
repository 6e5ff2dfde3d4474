import { afterEach, beforeEach, describe, expect } from "vitest";

import { namesOf } from "../../../src/names.js";
import { passes, trips } from "../../support/check-fixtures.js";
import {
  diagnose,
  type DiagnosisOverrides,
  expectPassed,
  expectTripped,
  findingsOf,
  sqlOf,
} from "../../support/diagnose.js";
import { createPreparation, type Preparation } from "../../support/preparation.js";

let preparation: Preparation;
let database: string;
beforeEach(async () => {
  preparation = await createPreparation();
  database = await preparation.createDatabase();
});
afterEach(() => preparation.dispose());

const run = (sql: string) => preparation.query(database, sql);
const look = (overrides?: DiagnosisOverrides) => diagnose(preparation, database, overrides);
const publish = (what: string) => run(`CREATE PUBLICATION ${preparation.publication} ${what}`);
const makeSlot = () =>
  run(`SELECT pg_create_logical_replication_slot('${namesOf(database).slot}', 'pgoutput')`);

const ORDERS = "CREATE TABLE orders (id int PRIMARY KEY); CREATE TABLE items (id int PRIMARY KEY, n int)";
const VISITS = `CREATE TABLE visits (day date PRIMARY KEY) PARTITION BY RANGE (day);
  CREATE TABLE visits_1 PARTITION OF visits FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
  CREATE TABLE visits_2 PARTITION OF visits FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')`;

describe("the publication", () => {
  trips("PUBLICATION_MISSING", "is not there yet: prepare makes it", async () => {
    expectTripped(await look(), "PUBLICATION_MISSING", {
      severity: "warning",
      object: preparation.publication,
      fix: { kind: "command", command: `cdc-pipeline prepare ${database}` },
    });
    await preparation.prepare(database);
    expectPassed(await look(), "PUBLICATION_MISSING");
  });

  trips("PUBLICATION_MISSING", "is worse where a slot waits for it", async () => {
    await makeSlot();
    expectTripped(await look(), "PUBLICATION_MISSING", {
      severity: "error",
      seen: expect.stringContaining(`but the slot ${namesOf(database).slot}`) as string,
    });
  });

  passes("PUBLICATION_MISSING", "is there", async () => {
    await publish("FOR ALL TABLES");
    expectPassed(await look(), "PUBLICATION_MISSING");
  });

  trips("PUBLICATION_OPERATIONS", "leaves out deletes", async () => {
    await run(ORDERS);
    await publish("FOR ALL TABLES WITH (publish = 'insert, update')");
    const finding = expectTripped(await look(), "PUBLICATION_OPERATIONS", {
      severity: "error",
      seen: "leaves out delete, truncate",
      fix: { isSafe: true },
    });
    await run(sqlOf(finding));
    expectPassed(await look(), "PUBLICATION_OPERATIONS");
  });

  trips("PUBLICATION_OPERATIONS", "mended, it would break a table: that is not safe", async () => {
    await run("CREATE TABLE notes (body text)");
    await publish("FOR ALL TABLES WITH (publish = 'insert')");
    expectTripped(await look(), "PUBLICATION_OPERATIONS", { fix: { isSafe: false } });
  });

  trips("PUBLICATION_OPERATIONS", "leaves out truncates, as Debezium does", async () => {
    await publish("FOR ALL TABLES WITH (publish = 'insert, update, delete')");
    expectTripped(await look(), "PUBLICATION_OPERATIONS", { severity: "info" });
  });

  passes("PUBLICATION_OPERATIONS", "publishes all four", async () => {
    await publish("FOR ALL TABLES");
    expectPassed(await look(), "PUBLICATION_OPERATIONS");
  });

  trips("PUBLICATION_OWNER", "belongs to the administrator", async () => {
    await preparation.prepare(database);
    await run(`ALTER PUBLICATION ${preparation.publication} OWNER TO CURRENT_USER`);
    const finding = expectTripped(await look(), "PUBLICATION_OWNER", {
      severity: "info",
      seen: `owned by ${preparation.endpoint.adminUser}`,
      fix: { isSafe: true },
    });
    await run(sqlOf(finding));
    expectPassed(await look(), "PUBLICATION_OWNER");
  });

  trips("PUBLICATION_OWNER", "was made by somebody else: their decision", async () => {
    await publish("FOR ALL TABLES");
    expectTripped(await look(), "PUBLICATION_OWNER", { fix: { isSafe: false } });
  });

  passes("PUBLICATION_OWNER", "of listed tables belongs to whoever may add to it", async () => {
    await run(ORDERS);
    await publish("FOR TABLE orders");
    expectPassed(await look(), "PUBLICATION_OWNER");
  });

  trips("PROBE_TABLE_MISSING", "the table of verify is not there", async () => {
    expectTripped(await look(), "PROBE_TABLE_MISSING", {
      severity: "warning",
      fix: { command: `cdc-pipeline prepare ${database}` },
    });
  });

  passes("PROBE_TABLE_MISSING", "prepare has made it", async () => {
    await preparation.prepare(database);
    expectPassed(await look(), "PROBE_TABLE_MISSING");
  });
});

describe("what it leaves out", () => {
  trips("PUBLICATION_SCOPE", "tables that are made later", async () => {
    await run(ORDERS);
    await publish("FOR TABLE orders");
    expectTripped(await look(), "PUBLICATION_SCOPE", { severity: "info", object: preparation.publication });
  });

  passes("PUBLICATION_SCOPE", "nothing, FOR ALL TABLES", async () => {
    await publish("FOR ALL TABLES");
    expectPassed(await look(), "PUBLICATION_SCOPE");
  });

  trips("TABLE_NOT_PUBLISHED", "tables, and a partitioned one once for all its partitions", async () => {
    await run(`${ORDERS}; ${VISITS}; CREATE UNLOGGED TABLE cache (id int)`);
    await publish("FOR TABLE orders WITH (publish_via_partition_root = true)");
    const found = findingsOf(await look(), "TABLE_NOT_PUBLISHED");
    expect(found.map(({ object }) => object)).toEqual(["public.items", "public.visits"]);
    expect(found).toMatchObject(found.map(() => ({ severity: "warning", fix: { isSafe: false } })));
    for (const finding of found) await run(sqlOf(finding));
    expectPassed(await look(), "TABLE_NOT_PUBLISHED");
  });

  passes("TABLE_NOT_PUBLISHED", "partitions are published with their root, either way", async () => {
    await run(VISITS);
    await publish("FOR TABLE visits");
    expectPassed(await look(), "TABLE_NOT_PUBLISHED");
    await run(`ALTER PUBLICATION ${preparation.publication} SET (publish_via_partition_root = true)`);
    expectPassed(await look(), "TABLE_NOT_PUBLISHED");
  });

  passes("TABLE_NOT_PUBLISHED", "a schema that is not captured", async () => {
    await run(`${ORDERS}; CREATE SCHEMA other; CREATE TABLE other.notes (id int PRIMARY KEY)`);
    await publish("FOR TABLE orders, items");
    expectPassed(await look({ schemas: ["public"] }), "TABLE_NOT_PUBLISHED");
  });

  passes("PUBLICATION_FILTERED", "nothing of a table", async () => {
    await run(ORDERS);
    await publish("FOR TABLE orders, items");
    expectPassed(await look(), "PUBLICATION_FILTERED");
  });

  trips(
    "PARTITIONS_ONE_BY_ONE",
    "one topic for all partitions; mended safely while nobody reads",
    async () => {
      await run(VISITS);
      await publish("FOR ALL TABLES");
      const finding = expectTripped(await look(), "PARTITIONS_ONE_BY_ONE", {
        severity: "warning",
        object: "public.visits",
        seen: "2 partitions, a topic each",
        fix: { isSafe: true },
      });
      await makeSlot();
      expectTripped(await look(), "PARTITIONS_ONE_BY_ONE", { fix: { isSafe: false } });
      await run(sqlOf(finding));
      expectPassed(await look(), "PARTITIONS_ONE_BY_ONE");
    },
  );

  passes("PARTITIONS_ONE_BY_ONE", "published through the root", async () => {
    await run(VISITS);
    await publish("FOR TABLE visits WITH (publish_via_partition_root = true)");
    expectPassed(await look(), "PARTITIONS_ONE_BY_ONE");
  });
});

/* Row filters and column lists came with PostgreSQL 15: before, the check passes always. */
describe("filters", () => {
  trips("PUBLICATION_FILTERED", "rows and columns", async () => {
    const [version] = await run("SELECT current_setting('server_version_num')::int");
    await run(ORDERS);
    if (Number(version) < 150_000) {
      await expect(publish("FOR TABLE orders WHERE (id > 5)")).rejects.toThrow("syntax error");
      return;
    }
    await publish("FOR TABLE orders WHERE (id > 5), items (id)");
    const found = findingsOf(await look(), "PUBLICATION_FILTERED");
    expect(found.map(({ object }) => object)).toEqual(["public.items", "public.orders"]);
    expect(found).toMatchObject(found.map(() => ({ severity: "warning", fix: { isSafe: false } })));
    for (const finding of found) await run(sqlOf(finding));
    expectPassed(await look(), "PUBLICATION_FILTERED");
    expectPassed(await look({ schemas: ["public"] }), "TABLE_NOT_PUBLISHED");
  });
});
