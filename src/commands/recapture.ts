import { defineCommand } from "../cli/command.js";
import { databases } from "./shared-options.js";

export const recapture = defineCommand({
  usage: "recapture <database..>",
  describe:
    "Begin the capture of databases anew, with a new slot and a snapshot; after a restore, or a slot lost",
  positionals: databases,
  options: {},
  stages: ["recapture", "prepare", "resume", "register", "verify"],
  load: async () => (await import("./handlers/recapture-databases.js")).recaptureDatabases,
});
