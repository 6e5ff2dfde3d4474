import { inject } from "vitest";

import { DEFAULT_POSTGRES, type PostgresMajor } from "./postgres-versions.js";

/** The major version that the tests of this project run against. */
export const testedPostgres = (): PostgresMajor => inject("postgresMajor") ?? DEFAULT_POSTGRES;
