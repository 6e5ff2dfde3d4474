import { defineCommand } from "../cli/command.js";
import { databases } from "./shared-options.js";

export const recapture = defineCommand({
  usage: "recapture <database..>",
  describe: "Begin the capture of databases anew, with a snapshot; for after a restore",
  positionals: databases,
  options: {},
  stages: ["recapture", "prepare", "resume", "register", "verify"],
  load: async () => (await import("./handlers/recapture-databases.js")).recaptureDatabases,
});
