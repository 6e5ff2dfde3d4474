import { defineCommand } from "../cli/command.js";
import { databases, dryRun } from "./shared-options.js";

const text = (describe: string) => ({ type: "string", requiresArg: true, describe }) as const;
const number = (describe: string) => ({ type: "number", requiresArg: true, describe }) as const;

export const verify = defineCommand({
  usage: "verify <database..>",
  describe: "Prove capture: change a row of a table of its own, see the events come out of the topic",
  positionals: databases,
  options: {
    truncate: { type: "boolean", describe: "Prove the truncate of that table as well" },
    table: text("A table of the application instead, schema.table; needs --row"),
    row: text("The row for --table as JSON; inserted and deleted again in one transaction"),
    samples: number("Prove it so many times, and tell how the latency is distributed"),
    watch: {
      type: "boolean",
      describe: "Go on until Ctrl-C: lag and latency, when capture stalls and comes back",
    },
    every: { ...number("With --watch: seconds from one probe to the next"), default: 10 },
    "stalled-after": {
      ...number("With --watch: seconds after which an event that is not there means that capture stalls"),
      default: 30,
    },
    "dry-run": dryRun,
  },
  stages: ["verify"],
  printsJsonLines: ["watch"],
  examples: [
    ["$0 verify mykart --samples 100", "How long events take"],
    [`$0 verify mykart --table products --row '{"name": "Probe", "price": 1}'`, "Prove a table of yours"],
    ["$0 verify mykart --watch --every 60 --json", "A canary, a JSON object a line"],
  ],
  load: async () => (await import("./handlers/verify-capture.js")).verifyCapture,
});
