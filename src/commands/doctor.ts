import { defineCommand } from "../cli/command.js";
import { databases } from "./shared-options.js";

export const doctor = defineCommand({
  usage: "doctor [database..]",
  describe: "Look at PostgreSQL, Kafka Connect and Kafka, and say what is wrong and how to put it right",
  positionals: databases,
  options: {
    fix: { type: "boolean", describe: "Apply the safe fixes after showing them, and look again" },
    "dry-run": { type: "boolean", describe: "With --fix: show what it would run, and run nothing" },
    yes: { alias: "y", type: "boolean", describe: "With --fix: do not ask" },
    strict: { type: "boolean", describe: "Fail on warnings too" },
    report: {
      type: "string",
      array: true,
      nargs: 1,
      describe: "Also write a report: junit=FILE. May be given several times",
    },
  },
  stages: [],
  load: async () => (await import("./handlers/run-doctor.js")).runDoctor,
});
