import { defineCommand } from "../../cli/command.js";
import { CONNECT_SETTINGS, connectUrl, dryRun, patterns, yes } from "./shared.js";

export const topics = defineCommand({
  usage: "connectors topics <pattern..>",
  describe: "Show the topics that connectors have used",
  positionals: patterns,
  options: {
    reset: { type: "boolean", describe: "Forget them; the topics themselves stay. Asks, or needs --yes" },
    "dry-run": dryRun,
    yes,
    "connect-url": connectUrl,
  },
  settings: CONNECT_SETTINGS,
  stages: [],
  load: async () => (await import("../handlers/connectors/show-topics.js")).showTopics,
});
