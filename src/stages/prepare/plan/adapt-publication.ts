import { quoteIdentifier, quoteLiteral } from "../../../clients/postgres.js";
import { CdcError } from "../../../errors.js";
import { count, several } from "../../count.js";
import { OWN_SCHEMA } from "../../own-objects.js";
import type { DatabaseFacts, PublicationFacts } from "../facts/database-facts.js";
import { createPublication, tablesToPublish } from "./create-publication.js";
import type { PlannedStatement, PlannedStep } from "./planned-step.js";
import type { PrepareSettings } from "./prepare-settings.js";
import type { PublicationScope } from "./publication-scope.js";
import { refuseToBreak } from "./refuse-to-break.js";

interface Change {
  readonly sql: readonly PlannedStatement[];
  readonly detail: string;
}

/** What a publication that is there lacks, or why it must not be touched. */
export function adaptPublication(
  facts: DatabaseFacts,
  found: PublicationFacts,
  scope: PublicationScope,
  settings: PrepareSettings,
): PlannedStep {
  const step = `publication ${settings.publication}`;
  if (scope === "all" && !found.allTables) return recreate(step, facts, settings);
  const changes = [
    ...widenOperations(found, settings),
    ...addWhatIsMissing(facts, found, scope, settings),
    ...giveBack(found, scope, settings),
  ];
  if (changes.length === 0) return { step, status: "unchanged", sql: [] };
  if (!found.isReachable) {
    throw new CdcError(
      "RIGHT_MISSING",
      `the publication ${settings.publication} in ${settings.database} must be changed, and ${settings.adminUser} is no member of its owner ${found.owner}`,
      {
        hint: `have a superuser run: GRANT ${quoteIdentifier(found.owner)} TO ${quoteIdentifier(settings.adminUser)};`,
      },
    );
  }
  return {
    step,
    status: "updated",
    detail: changes.map(({ detail }) => detail).join(", "),
    sql: changes.flatMap(({ sql }) => sql),
  };
}

/** Another kind of publication under the same name: only in one transaction, and only where nobody reads it. */
function recreate(step: string, facts: DatabaseFacts, settings: PrepareSettings): PlannedStep {
  if (!settings.adopt) throw unsuitable("is not FOR ALL TABLES", settings);
  const name = quoteIdentifier(settings.publication);
  if (facts.slots.length > 0) {
    throw new CdcError(
      "PUBLICATION_IN_USE",
      `the publication ${settings.publication} in ${settings.database} is not FOR ALL TABLES and cannot be made anew: ` +
        `${several(facts.slots)} would lose changes, or fail for ever on those that it has not read yet`,
      {
        hint: `add the tables to it (ALTER PUBLICATION ${name} ADD TABLE …), set debezium.publish to tables, or drop the slot first and take a new snapshot`,
        details: { slots: facts.slots },
      },
    );
  }
  refuseToBreak(unpublished(facts), settings.database);
  const made = createPublication(facts, "all", settings);
  return {
    step,
    status: "updated",
    detail: `made anew ${made.detail}`,
    sql: [REFUSE_IF_READ, `DROP PUBLICATION ${name}`, ...made.sql],
  };
}

/** Between the look and the change, or before a plan is run by hand, a slot may have been made. */
const REFUSE_IF_READ = `DO $$ BEGIN
  IF EXISTS (SELECT FROM pg_replication_slots WHERE database = current_database() AND slot_type = 'logical') THEN
    RAISE EXCEPTION 'a replication slot reads this publication: it must not be dropped';
  END IF;
END $$`;

function widenOperations({ allOperations }: PublicationFacts, settings: PrepareSettings): Change[] {
  if (allOperations) return [];
  if (!settings.adopt) throw unsuitable("leaves out some of insert, update, delete, truncate", settings);
  const name = quoteIdentifier(settings.publication);
  return [
    {
      sql: [`ALTER PUBLICATION ${name} SET (publish = ${quoteLiteral("insert, update, delete, truncate")})`],
      detail: "publishes every operation",
    },
  ];
}

function addWhatIsMissing(
  facts: DatabaseFacts,
  found: PublicationFacts,
  scope: PublicationScope,
  settings: PrepareSettings,
): Change[] {
  if (found.allTables) return [];
  if (found.hasFilters) {
    throw new CdcError(
      "PUBLICATION_UNSUITABLE",
      `the publication ${settings.publication} exists and leaves out rows or columns of some tables`,
      { hint: "use another name (debezium.publication in cdc-pipeline.yaml), or take the filters off" },
    );
  }
  const name = quoteIdentifier(settings.publication);
  const schemas =
    scope === "schemas"
      ? [...settings.schemas, OWN_SCHEMA].filter((schema) => !found.schemas.includes(schema))
      : [];
  const tables = scope === "tables" ? tablesToPublish(facts, settings).filter(notIn(found.schemas)) : [];
  if (schemas.length === 0 && tables.length === 0) return [];
  if (!found.isOurs && !settings.adopt) {
    throw unsuitable(`does not cover ${several(schemas.length > 0 ? schemas : tables)}`, settings);
  }
  refuseToBreak(unpublished(facts), settings.database);
  return schemas.length > 0
    ? [
        {
          sql: [`ALTER PUBLICATION ${name} ADD TABLES IN SCHEMA ${schemas.map(quoteIdentifier).join(", ")}`],
          detail: `${schemas.join(", ")} added`,
        },
      ]
    : [
        {
          sql: [`ALTER PUBLICATION ${name} ADD TABLE ${tables.join(", ")}`],
          detail: `${count(tables.length, "table")} added`,
        },
      ];
}

/** The probe table that this transaction makes is covered where its schema is. */
const notIn = (schemas: readonly string[]) => (table: string) =>
  !(schemas.includes(OWN_SCHEMA) && table.startsWith(`${OWN_SCHEMA}.`));

/** One that this program made for a superuser belongs to the role. */
function giveBack(found: PublicationFacts, scope: PublicationScope, settings: PrepareSettings): Change[] {
  if (!found.isOurs || found.owner === settings.role || scope === "tables") return [];
  const name = quoteIdentifier(settings.publication);
  return [
    {
      sql: [`ALTER PUBLICATION ${name} OWNER TO ${quoteIdentifier(settings.role)}`],
      detail: `owned by ${settings.role} again`,
    },
  ];
}

const unpublished = ({ tablesWithoutIdentity }: DatabaseFacts) =>
  tablesWithoutIdentity.filter(({ isPublished }) => !isPublished);

function unsuitable(lacks: string, { publication }: PrepareSettings): CdcError {
  return new CdcError("PUBLICATION_UNSUITABLE", `the publication ${publication} exists and ${lacks}`, {
    hint: "say --adopt to have it changed, or use another name (debezium.publication in cdc-pipeline.yaml)",
  });
}
