import type { Context } from "../context.js";
import { findDefaultPasswords } from "../default-passwords.js";
import { namesOf } from "../names.js";
import type { Deployment } from "../targets/target.js";
import { CHECKS } from "./checks/index.js";
import type { DoctorSettings } from "./facts/areas.js";
import { examine } from "./facts/examine.js";
import { type Diagnosis, runChecks } from "./run-checks.js";

export interface DoctorOptions {
  readonly deployment: Deployment;
  /** Application databases; with none, only the servers are looked at. */
  readonly databases: readonly string[];
  readonly role: string;
  readonly password: string;
  readonly publication: string;
  readonly schemas: readonly string[];
  readonly heartbeatMs: number;
}

/** One pass over PostgreSQL, Kafka Connect and Kafka. Writes nothing; a server that is away is a finding. */
export async function doctor(options: DoctorOptions, context: Context): Promise<Diagnosis> {
  const { deployment, password, databases, ...rest } = options;
  const { endpoints, postgresFromConnect } = deployment;
  const { host, port, adminUser, adminDatabase } = endpoints.postgres;
  const names = [...new Set(databases)].map(namesOf);
  const settings: DoctorSettings = {
    ...rest,
    databases: names,
    defaultPasswords: findDefaultPasswords(deployment, { role: rest.role, password }),
    postgres: { host, port, adminUser, adminDatabase },
    postgresFromConnect,
    brokers: endpoints.kafka.brokers,
  };
  return runChecks(CHECKS, await examine({ endpoints, settings, password }, context));
}
