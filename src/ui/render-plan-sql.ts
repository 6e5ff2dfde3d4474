import type { PipelinePlan } from "../plan-pipeline.js";
import type { DatabasePlan, PlannedCreation, PlannedStep } from "../stages/prepare/plan/planned-step.js";
import { showStatement } from "../stages/prepare/plan/planned-step.js";

/** As `prepare` takes it, so that a script and a run cannot come between each other. */
const LOCK = "SELECT pg_advisory_xact_lock(hashtext('cdc-pipeline prepare'));";

/**
 * The SQL of a plan as a script for psql, which leaves the same state as `prepare`. A secret is a variable
 * that psql takes from the environment. What is not SQL stands in comments.
 */
export function renderPlanSql({ prepare, register }: PipelinePlan): string {
  const blocks = prepare.map(databaseBlock).filter((block) => block.length > 0);
  const needsPassword = blocks.flat().some((text) => text.includes(":'debezium_password'"));
  return [
    "-- Written by cdc-pipeline plan. Run it as the administrator: psql -X -f FILE",
    String.raw`\set ON_ERROR_STOP on`,
    ...(needsPassword
      ? [
          "-- Set CDC_PIPELINE_DEBEZIUM_PASSWORD in the environment (psql 15), or: psql -v debezium_password=…",
          String.raw`\getenv debezium_password CDC_PIPELINE_DEBEZIUM_PASSWORD`,
        ]
      : []),
    ...blocks.flatMap((block) => ["", ...block]),
    ...(blocks.length === 0 ? ["-- Nothing to change in PostgreSQL."] : []),
    ...register
      .filter(({ status }) => status !== "unchanged")
      .map(({ connector, database, status }) =>
        comment(`not SQL: connector ${connector} would be ${status} (cdc-pipeline register ${database})`),
      ),
    "",
  ].join("\n");
}

function databaseBlock({ database, creation, steps }: DatabasePlan): string[] {
  const work = steps.filter(({ sql }) => sql.length > 0);
  const made = creation === null ? [] : creationBlock(creation);
  if (work.length === 0 && made.length === 0) return [];
  return [
    ...made,
    connectTo(database),
    ...(creation?.schemaFile === undefined ? [] : [`\\i ${quoteArgument(creation.schemaFile)}`]),
    ...(work.length === 0 ? [] : ["BEGIN;", LOCK, ...work.flatMap(stepBlock), "COMMIT;"]),
  ];
}

const creationBlock = (creation: PlannedCreation): string[] => [
  connectTo(creation.connectTo),
  ...stepBlock(creation),
];

const stepBlock = ({ step, sql }: PlannedStep): string[] => [
  comment(step),
  ...sql.map((statement) => `${showStatement(statement)};`),
];

/** A name may hold what psql would take for a connection string, so it is always given as one. */
function connectTo(database: string): string {
  const quoted = database.replace(/[\\']/g, String.raw`\$&`);
  // Of this argument alone psql takes double quotes away, too, after the single ones.
  const identifier = `"dbname='${quoted.replaceAll('"', '""')}'"`;
  return String.raw`\connect -reuse-previous=on ${quoteArgument(identifier)}`;
}

/** An argument of one of psql's own commands, which end with their line. */
function quoteArgument(text: string): string {
  const escaped = text
    .replaceAll("\\", "\\\\")
    .replaceAll("'", "''")
    .replaceAll("\n", String.raw`\n`)
    .replaceAll("\r", String.raw`\r`);
  return `'${escaped}'`;
}

/** A name with a line break in it must not end the comment. */
const comment = (text: string): string => `-- ${text.replace(/[\r\n]+/g, " ")}`;
