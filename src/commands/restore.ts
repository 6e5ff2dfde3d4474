import { defineCommand } from "../cli/command.js";

export const restore = defineCommand({
  usage: "restore",
  describe: "Restore PostgreSQL to a point in time, into a new instance or in place",
  positionals: {},
  options: {
    to: {
      type: "string",
      requiresArg: true,
      describe: "A time with its zone, an LSN, or latest",
    },
    into: {
      type: "string",
      requiresArg: true,
      describe: "Name of the new instance: a folder, a compose project, a StatefulSet",
    },
    "in-place": { type: "boolean", describe: "Restore over the server itself; its data is kept aside" },
    timeline: { type: "string", requiresArg: true, describe: "Another timeline than the newest" },
    recapture: { type: "boolean", describe: "With --in-place: begin capture anew afterwards" },
    "dry-run": { type: "boolean", describe: "Show what would be restored; restore nothing" },
    yes: { alias: "y", type: "boolean", describe: "Do not ask" },
  },
  stages: [],
  examples: [
    ["$0 restore --to '2026-11-23 10:00:00+00'", "Into an instance of its own, beside the running one"],
    ["$0 restore --to latest --in-place", "Over the server itself"],
  ],
  load: async () => (await import("./handlers/restore-server.js")).restoreServer,
});
