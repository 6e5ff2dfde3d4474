const FIRST_WITH_SCHEMA_PUBLICATIONS = 150_000;

/** Whether the server knows FOR TABLES IN SCHEMA, row filters and lists of columns. */
export const hasSchemaPublications = (serverVersion: number): boolean =>
  serverVersion >= FIRST_WITH_SCHEMA_PUBLICATIONS;
