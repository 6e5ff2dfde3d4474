import { defineCommand } from "../cli/command.js";

const number = (describe: string, standard: number) =>
  ({ type: "number", requiresArg: true, default: standard, describe }) as const;

export const serve = defineCommand({
  usage: "serve",
  describe: "Serve what `status` shows: a live page, metrics for Prometheus, health and readiness",
  positionals: {},
  options: {
    port: number("The port to listen on; 0: any that is free", 9464),
    host: {
      type: "string",
      requiresArg: true,
      default: "127.0.0.1",
      describe: "The address to listen on; whoever reaches it sees everything without a password",
    },
    every: number("Seconds from one look to the next", 5),
    canary: { type: "boolean", describe: "Send probes through each database, as `verify --watch` does" },
  },
  stages: [],
  printsJsonLines: true,
  examples: [
    ["$0 serve", "A page at http://127.0.0.1:9464/, metrics at /metrics"],
    ["$0 serve --canary", "With what events take on their way"],
  ],
  load: async () => (await import("./handlers/serve-status.js")).serveStatus,
});
