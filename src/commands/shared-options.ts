/** The positional of the commands that work on application databases. */
export const databases = {
  database: { describe: "Application database, one or more", array: true },
} as const;

export const schema = {
  type: "string",
  requiresArg: true,
  describe: "SQL file to make a missing database from (an existing one is never changed)",
} as const;

export const adopt = {
  type: "boolean",
  describe: "Take over a connector of the same name that was made by somebody else",
} as const;
