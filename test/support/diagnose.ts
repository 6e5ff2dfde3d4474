import { expect } from "vitest";

import type { PostgresEndpoint } from "../../src/clients/postgres.js";
import { doctor, type DoctorOptions } from "../../src/doctor/doctor.js";
import type { Finding } from "../../src/doctor/finding.js";
import type { Diagnosis } from "../../src/doctor/run-checks.js";
import { createStageRecorder } from "./stage.js";

/** What a `Preparation` is, as far as doctor goes by it. */
export interface DiagnosisSource {
  readonly endpoint: PostgresEndpoint;
  readonly role: string;
  readonly password: string;
  readonly publication: string;
}

export type DiagnosisOverrides = Partial<Omit<DoctorOptions, "deployment">> & {
  readonly endpoint?: Partial<PostgresEndpoint>;
  /** A worker's URL and brokers, where there are some. */
  readonly connect?: string;
  readonly kafka?: readonly string[];
};

/** Doctor's view of real databases on a real PostgreSQL; Kafka and Kafka Connect are away unless they are named. */
export function diagnose(
  source: DiagnosisSource,
  databases: string | readonly string[],
  {
    endpoint,
    // Nothing listens on port 1, which is known at once.
    connect = "http://127.0.0.1:1",
    kafka = ["127.0.0.1:1"],
    ...overrides
  }: DiagnosisOverrides = {},
): Promise<Diagnosis> {
  const postgres = { ...source.endpoint, ...endpoint };
  const options: DoctorOptions = {
    deployment: {
      endpoints: { postgres, kafka, connect },
      postgresFromConnect: { host: postgres.host, port: postgres.port },
    },
    databases: typeof databases === "string" ? [databases] : databases,
    role: source.role,
    password: source.password,
    publication: source.publication,
    schemas: [],
    heartbeatMs: 10_000,
    ...overrides,
  };
  return doctor(options, createStageRecorder().context);
}

/** What a check found wrong, of whatever severity; empty when it passed or was skipped. */
export const findingsOf = ({ findings }: Diagnosis, code: string): Finding[] =>
  findings.filter((finding) => finding.code === code && finding.severity !== "ok");

/** The only problem that a check found, which looks as expected. */
export function expectTripped(diagnosis: Diagnosis, code: string, expected: object = {}): Finding {
  const { skipped } = diagnosis;
  const found = findingsOf(diagnosis, code);
  const [finding] = found;
  expect(found, `what ${code} found; skipped: ${JSON.stringify(skipped)}`).toHaveLength(1);
  expect(finding).toMatchObject(expected);
  if (finding === undefined) throw new Error(`${code} has no finding`);
  return finding;
}

/** A check looked, and found nothing wrong. To be skipped is not to pass. */
export function expectPassed(diagnosis: Diagnosis, code: string): void {
  const about = diagnosis.findings.filter((finding) => finding.code === code);
  const skipped = diagnosis.skipped.filter((check) => check.code === code);
  expect(about.length, `${code} has been looked at; ${JSON.stringify(skipped)}`).toBeGreaterThan(0);
  expect(about.filter(({ severity }) => severity !== "ok")).toEqual([]);
}

/** The SQL of a finding's fix; fails where it has none. */
export function sqlOf({ code, fix }: Finding): string {
  if (fix?.kind !== "sql") throw new Error(`the fix of ${code} is no SQL: ${JSON.stringify(fix)}`);
  return fix.sql;
}
