import { defineCommand } from "../../cli/command.js";
import { CONNECT_SETTINGS, connectUrl, patterns } from "./shared.js";

const number = (describe: string) => ({ type: "number", requiresArg: true, describe }) as const;

export const watch = defineCommand({
  usage: "connectors watch [pattern..]",
  describe: "Keep connectors running: restart what fails of passing causes, tell what fails of lasting ones",
  positionals: patterns,
  options: {
    once: {
      type: "boolean",
      describe: "Look, act, wait for the result and end, for cron: exit code 1 if something is left as it is",
    },
    backoff: {
      ...number("Seconds from the first restart to the second; then doubled each time"),
      default: 10,
    },
    "max-backoff": { ...number("Seconds that this grows to"), default: 600 },
    "max-restarts": number(
      "Restarts in a row; without it a passing cause is tried for ever, an unknown one ten times",
    ),
    "reset-after": {
      ...number("Seconds of RUNNING after which restarts are counted anew"),
      default: 600,
    },
    state: {
      type: "string",
      requiresArg: true,
      describe: "File that keeps the count of restarts; by default watch.json in the state folder",
    },
    "connect-url": connectUrl,
  },
  settings: CONNECT_SETTINGS,
  printsJsonLines: true,
  stages: [],
  examples: [
    ["$0 connectors watch", "Keep all of them running, until Ctrl-C"],
    ["$0 connectors watch 'shop-*' --once", "The same from cron, for some of them"],
  ],
  load: async () => (await import("../handlers/connectors/watch-connectors.js")).watch,
});
