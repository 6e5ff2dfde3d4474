import { defineCommand } from "../cli/command.js";

export const rotatePassword = defineCommand({
  usage: "rotate-password",
  describe: "Give Debezium's role another password, with all connectors that log in as it, while they stream",
  positionals: {},
  options: {
    user: {
      type: "string",
      requiresArg: true,
      describe: "The role, debezium_user if not given [env: CDC_PIPELINE_DEBEZIUM_USER]",
    },
    "new-password-from": {
      type: "string",
      requiresArg: true,
      describe: "generated (the default), env:NAME, or a file; where the configuration names none",
    },
    adopt: { type: "boolean", describe: "Change connectors that were made by somebody else, too" },
    "dry-run": { type: "boolean", describe: "Show what would be changed; change nothing" },
  },
  settings: { user: "debezium.user" },
  stages: ["rotate", "connectors", "verify"],
  examples: [
    ["rotate-password", "a new password that nobody has to know"],
    ["rotate-password --new-password-from env:NEW_PASSWORD", "this one"],
  ],
  load: async () => (await import("./handlers/rotate-password-of.js")).rotatePasswordOf,
});
