import { defineCheck } from "../check.js";

const postgresUnreachable = defineCheck({
  code: "POSTGRES_UNREACHABLE",
  severity: "error",
  scope: "server",
  needs: ["reach"],
  title: "PostgreSQL answers",
  why: "Nothing of the database can be looked at, and Debezium cannot read it either.",
  remedy: "Start the server, or correct `postgres.host` and `postgres.port`.",
  look: ({ reach }) =>
    reach.postgres === undefined
      ? []
      : [{ seen: reach.postgres, fix: { kind: "command", command: "cdc-pipeline status" } }],
});

export const SERVER_CHECKS = [postgresUnreachable];
