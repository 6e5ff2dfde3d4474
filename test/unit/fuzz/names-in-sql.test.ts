import fc, { type Arbitrary } from "fast-check";
import { describe, expect, it } from "vitest";

import { quoteIdentifier, quoteLiteral } from "../../../src/clients/postgres.js";
import { identifier } from "../../../src/config/value-types.js";
import { CdcError } from "../../../src/errors.js";
import { isPostgresName } from "../../../src/names.js";
import { rowsQuery } from "../../../src/reconcile/compare/rows-query.js";
import { rowFilter } from "../../../src/reconcile/repair/row-filter.js";
import type { DatabaseFacts } from "../../../src/stages/prepare/facts/database-facts.js";
import { detailsQuery } from "../../../src/stages/prepare/facts/details-query.js";
import { factsQuery } from "../../../src/stages/prepare/facts/facts-query.js";
import { planPrepare } from "../../../src/stages/prepare/plan/plan-prepare.js";
import { renderStatement } from "../../../src/stages/prepare/plan/planned-step.js";
import type { PrepareSettings } from "../../../src/stages/prepare/plan/prepare-settings.js";
import { readRecord, schemaComment } from "../../../src/stages/rights-record.js";
import {
  FOR_DATABASE,
  SCHEMA_PERMISSIONS,
  setupFunctionBody,
  setupFunctionStatements,
} from "../../../src/stages/setup-function.js";
import { renderInitScript } from "../../../src/targets/k8s/init-script.js";
import type { ForgetFacts } from "../../../src/teardown/forget/forget-facts.js";
import { forgetFactsQuery } from "../../../src/teardown/forget/forget-facts.js";
import { planForget } from "../../../src/teardown/forget/plan-forget.js";
import { planServer } from "../../../src/teardown/forget/plan-server.js";
import { serverFactsQuery } from "../../../src/teardown/forget/server-facts.js";
import { FUZZ, postgresNames, runsOf, SEED, texts } from "../../support/fuzz.js";
import { expectOnlyNamesDiffer } from "../../support/neutral-names.js";
import { literalsOf, statementsOf } from "../../support/sql-tree.js";
import { columnFacts, publishedTable } from "../../support/table-fixtures.js";

/** Names that differ from each other, by what they are names of. */
function namesOf<const Kind extends string>(...kinds: readonly Kind[]): Arbitrary<Record<Kind, string>> {
  return fc
    .uniqueArray(
      postgresNames.filter((name) => !RESERVED.includes(name)),
      { minLength: kinds.length, maxLength: kinds.length },
    )
    .map(
      (names) => Object.fromEntries(kinds.map((kind, index) => [kind, names[index]])) as Record<Kind, string>,
    );
}

/** No role can be called so, and no schema of an application is the program's own. */
const RESERVED = ["public", "none", "cdc_pipeline"];

const NAMES = [
  ...(["database", "role", "publication", "admin", "owner", "other"] as const),
  ...(["schema", "schema2", "table", "index", "slot", "password"] as const),
] as const;
type Names = Record<(typeof NAMES)[number], string>;

const SIGNATURES = [SCHEMA_PERMISSIONS.signature];

/** Everything about a database and a run but its names. */
const situations = fc.record({
  isSuperuser: fc.boolean(),
  hasRole: fc.boolean(),
  hasLogin: fc.boolean(),
  isRds: fc.boolean(),
  hasConnect: fc.boolean(),
  hasProbeTable: fc.boolean(),
  isPartial: fc.boolean(),
  isTemplate: fc.boolean(),
  hasOtherPassword: fc.boolean(),
  holdsUnrecorded: fc.boolean(),
  signals: fc.boolean(),
  adopt: fc.boolean(),
  isBroken: fc.boolean(),
  publication: fc.constantFrom("none", "all", "list", "schema", "narrow"),
  publish: fc.constantFrom("auto", "all", "tables"),
  serverVersion: fc.constantFrom(140_023, 150_018, 180_004),
});
type Situation = typeof situations extends Arbitrary<infer Value> ? Value : never;

function factsOf(names: Names, situation: Situation): DatabaseFacts {
  const table = `${quoteIdentifier(names.schema)}.${quoteIdentifier(names.table)}`;
  const { isSuperuser, isPartial, publication } = situation;
  return {
    admin: {
      isSuperuser,
      createrole: true,
      createdb: true,
      replication: true,
      mayCreate: true,
      mayAlterRole: true,
    },
    role: situation.hasRole
      ? { login: situation.hasLogin, replication: false, createdb: false, superuser: false }
      : null,
    hasReplicationGroup: situation.isRds,
    hasConnect: situation.hasConnect,
    schemas: [names.schema, names.schema2],
    schemasWithoutUsage: [names.schema, names.schema2],
    schemasOutOfReach: [],
    schemasWithoutSelect: [names.schema2],
    tablesWithoutSelect: 1,
    tables: 1,
    ownersWithoutDefaults: isPartial ? [] : [names.owner, names.other],
    defaultsMissingInSchemas: isPartial ? [{ owner: names.owner, schema: names.schema }] : [],
    ownersOutOfReach: [],
    holdsUnrecorded: situation.holdsUnrecorded,
    hasProbeTable: situation.hasProbeTable,
    hasSignalTable: false,
    maySignal: false,
    publication:
      publication === "none"
        ? null
        : {
            allTables: publication === "all",
            allOperations: publication !== "narrow",
            hasFilters: false,
            schemas: publication === "schema" ? [names.schema2] : [],
            owner: names.other,
            isReachable: true,
            isOurs: situation.adopt,
          },
    hasKeylessTables: situation.isBroken,
    tablesWithRowSecurity: [table],
    functions: { hasSchema: true, mayCreate: true, found: {} },
    tablesOutOfReach: [],
    slots: [],
    unpublishedTables: [table],
    tablesWithoutIdentity: situation.isBroken
      ? [
          {
            table,
            reason: "no primary key",
            index: quoteIdentifier(names.index),
            isPrimary: false,
            changes: 1,
            isPublished: false,
          },
        ]
      : [],
    held: [`USAGE ${quoteIdentifier(names.schema)}`],
  };
}

function settingsOf(names: Names, situation: Situation): PrepareSettings {
  const { publish, signals, adopt, hasOtherPassword, serverVersion, isTemplate, isPartial } = situation;
  return {
    database: names.database,
    role: names.role,
    publication: names.publication,
    adminUser: names.admin,
    schemas: isPartial ? [names.schema, names.schema2] : [],
    publish,
    signals,
    adopt,
    hasOtherPassword,
    serverVersion,
    isTemplate,
  };
}

/** The statements of a plan; of one that is refused, those that its hint advises. */
function preparation(names: Names, situation: Situation): string[] {
  try {
    const { steps } = planPrepare(factsOf(names, situation), settingsOf(names, situation));
    return steps.flatMap(({ sql }) =>
      sql.map((statement) => renderStatement(statement, () => quoteLiteral(names.password))),
    );
  } catch (error) {
    if (!(error instanceof CdcError)) throw error;
    const [, advised] = /^in the database, add primary keys, or: (.*)$/s.exec(error.hint ?? "") ?? [];
    return advised === undefined ? [] : [advised];
  }
}

describe(
  `names in SQL mean themselves and nothing else, by PostgreSQL's own parser (seed ${SEED})`,
  FUZZ,
  () => {
    it("in every plan of prepare", () => {
      // Few enough that each is planned with harmless names once.
      const some = fc.sample(situations, { seed: SEED, numRuns: 200 });
      const cases = fc.tuple(namesOf(...NAMES), fc.constantFrom(...some));
      fc.assert(
        fc.property(cases, ([names, situation]) => {
          expectOnlyNamesDiffer(names, (used) => preparation(used, situation));
        }),
        runsOf("preparation"),
      );
    });

    it("in every plan of forget", () => {
      const rights = fc.record({ isOurs: fc.boolean(), hasRecord: fc.boolean(), keepsRole: fc.boolean() });
      fc.assert(
        fc.property(namesOf(...NAMES), rights, (names, situation) => {
          expectOnlyNamesDiffer(names, (some) => undoing(some, situation));
        }),
        runsOf("undoing"),
      );
    });

    it("in every question about a database", () => {
      fc.assert(
        fc.property(namesOf(...NAMES), situations, (names, situation) => {
          expectOnlyNamesDiffer(names, (some) => {
            const question = { ...settingsOf(some, situation), functions: SIGNATURES };
            return [factsQuery(question), detailsQuery(question)];
          });
        }),
        runsOf("queries", 0.5),
      );
      fc.assert(
        fc.property(namesOf(...NAMES), (names) => {
          expectOnlyNamesDiffer(names, ({ role, publication }) => [
            forgetFactsQuery(role, publication),
            serverFactsQuery(role),
          ]);
        }),
        runsOf("queries", 0.5),
      );
    });

    it("in the bodies of the administrator's functions, and in the script of a cluster's first start", () => {
      fc.assert(
        fc.property(namesOf("role", "publication"), (names) => {
          for (const definition of [FOR_DATABASE, SCHEMA_PERMISSIONS]) {
            const body = setupFunctionBody(definition, names);
            const [make, ...rest] = setupFunctionStatements(definition, names).flatMap(statementsOf);
            expect(make?.kind).toBe("CreateFunctionStmt");
            expect(rest.map(({ kind }) => kind)).toEqual(["CommentStmt", "GrantStmt"]);
            expect(JSON.stringify(make?.tree)).toContain(JSON.stringify(body));
            const literals = literalsOf(setupFunctionStatements(definition, names)[0] ?? "");
            expect(literals).toContain(names.role);
            if (definition === SCHEMA_PERMISSIONS) expect(literals).toContain(names.publication);
          }
          const script = renderInitScript(names)
            .replace(/^--.*\n\\set.*\n/, "")
            .replace(":'debezium_password'", "'x'");
          const kinds = statementsOf(script).map(({ kind }) => kind);
          const ofFunction = ["CreateFunctionStmt", "CommentStmt", "GrantStmt"];
          expect(kinds).toEqual(["CreateRoleStmt", "CommentStmt", ...ofFunction, ...ofFunction]);
        }),
        runsOf("functions"),
      );
    });

    it("in questions for rows, by the names of tables and columns and by the values of keys", () => {
      fc.assert(
        fc.property(namesOf("schema", "table", "key", "column"), texts.filter(isSendable), (names, value) => {
          expectOnlyNamesDiffer({ ...names, value }, (some) => [
            `SELECT FROM t WHERE ${rowFilter([some.key, some.column], [{ [some.key]: some.value, [some.column]: "1" }])}`,
            rowsQuery(tableOf(some), MODES),
          ]);
        }),
        runsOf("literals", 0.5),
      );
    });

    it("or are refused by the configuration", () => {
      fc.assert(
        fc.property(texts, (text) => {
          const isTaken = identifier().safeParse(text).success;
          expect(isTaken).toBe(isPostgresName(text));
          if (!isTaken) return;
          expect(statementsOf(`DROP PUBLICATION ${quoteIdentifier(text)}`)).toMatchObject([
            { tree: { DropStmt: { objects: [{ String: { sval: text } }] } } },
          ]);
          const record = { role: text, held: [text] };
          const [comment] = statementsOf(`COMMENT ON SCHEMA x IS ${quoteLiteral(schemaComment(record))}`);
          const { CommentStmt } = comment?.tree as { CommentStmt: { comment: string } };
          expect(readRecord(CommentStmt.comment)).toEqual(record);
        }),
        runsOf("literals", 0.5),
      );
    });
  },
);

/** PostgreSQL takes no NUL in any text. */
const isSendable = (text: string) => !/\0|\p{Surrogate}/u.test(text);

function undoing(
  names: Names,
  { isOurs, hasRecord, keepsRole }: { isOurs: boolean; hasRecord: boolean; keepsRole: boolean },
): string[] {
  const [schema, schema2, owner] = [names.schema, names.schema2, names.owner].map(quoteIdentifier);
  const table = `${schema}.${quoteIdentifier(names.table)}`;
  const marked = { isOurs, isReachable: true };
  const right = { schema: null, isReachable: true };
  const facts: ForgetFacts = {
    isRoleOurs: isOurs,
    schema: {
      ...marked,
      comment: schemaComment(hasRecord ? { role: names.role, held: [`USAGE ${schema2}`] } : undefined),
      tables: [{ ...marked, name: "cdc_pipeline.probe" }],
      others: [],
    },
    publication: { ...marked, isOwnedByRole: false },
    function: marked,
    rights: [
      { ...right, held: "CONNECT", kind: "CONNECT", object: null },
      { ...right, held: `USAGE ${schema}`, kind: "USAGE", object: schema ?? "" },
      { ...right, held: `USAGE ${schema2}`, kind: "USAGE", object: schema2 ?? "" },
      { ...right, held: `SELECT ${table}`, kind: "SELECT", object: table, schema: names.schema },
      { ...right, held: "LATER", kind: "LATER TABLES", object: owner ?? "", schema: names.schema },
      { ...right, held: "LATER SCHEMAS", kind: "LATER SCHEMAS", object: owner ?? "" },
    ],
    columnGrants: [],
    otherDependents: [],
    slots: [],
    slotsRead: [],
  };
  const { role, database, publication } = names;
  const lists = { ownSlots: [], unrelatedSlots: [], publicationReaders: [], roleUsers: [] };
  const { steps } = planForget(facts, { database, role, publication, ...lists });
  const server = planServer(
    { databases: [database], role: { isOurs, dependents: [database], slotsRead: [] }, functions: [] },
    {
      role,
      forgotten: keepsRole ? [] : [database],
      needingRole: [],
      ownSlots: [],
      dropsRole: true,
      others: [],
    },
  );
  return [...steps, ...server].flatMap(({ sql }) => sql.map((one) => renderStatement(one, () => "")));
}

const MODES = {
  timePrecision: "adaptive",
  decimalHandling: "precise",
  intervalHandling: "numeric",
  binaryHandling: "bytes",
  hstoreHandling: "json",
  moneyFractionDigits: 2,
  unavailablePlaceholder: "__debezium_unavailable_value",
  includesUnknownTypes: false,
  decimalFormat: "base64",
};

function tableOf({ schema, table, key, column }: Record<"schema" | "table" | "key" | "column", string>) {
  const columns = [key, column].map(columnFacts);
  return {
    published: publishedTable("a.b"),
    columns,
    label: "",
    topic: "",
    spec: {
      schema,
      name: table,
      key: [key],
      columns: columns.map((facts) => ({ ...facts, field: facts.name })),
      isCompacted: false,
      hasTombstones: true,
    },
    whyNotWhole: undefined,
    notes: [],
    skippedOperations: [],
    nulledColumns: [],
  };
}
