/** The options of the commands that read connector files. */
export const file = {
  alias: "f",
  type: "string",
  array: true,
  requiresArg: true,
  describe: "File or folder of connectors, JSON or YAML; - is stdin; one or more",
} as const;

export const set = {
  type: "string",
  requiresArg: true,
  describe: "With -f: a name for what these files hold, so that --prune tells it from other files'",
} as const;

export const prune = {
  type: "boolean",
  describe: "With -f: remove connectors that came from files of this set and are in none any more",
} as const;
