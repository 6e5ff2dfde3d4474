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
    kafka: brokers = ["127.0.0.1:1"],
    ...overrides
  }: DiagnosisOverrides = {},
): Promise<Diagnosis> {
  const postgres = { ...source.endpoint, ...endpoint };
  const options: DoctorOptions = {
    deployment: {
      endpoints: { postgres, kafka: { brokers }, connect: { url: connect } },
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
  const [found, ...others] = findingsOf(diagnosis, code);
  if (found === undefined || others.length > 0) {
    const { skipped } = diagnosis;
    const seen = found === undefined ? "nothing" : "more than one thing";
    throw new Error(`${code} found ${seen}: ${JSON.stringify({ others, skipped })}`);
  }
  expect(found).toMatchObject(expected);
  return found;
}

/** A check looked, and found nothing wrong. To be skipped is not to pass. */
export function expectPassed(diagnosis: Diagnosis, code: string): void {
  const about = diagnosis.findings.filter((finding) => finding.code === code);
  const skipped = diagnosis.skipped.filter((check) => check.code === code);
  expect(about.length, `${code} has been looked at; ${JSON.stringify(skipped)}`).toBeGreaterThan(0);
  expect(about.filter(({ severity }) => severity !== "ok")).toEqual([]);
}

/** A check could not tell, and says why. */
export function expectSkipped({ findings, skipped }: Diagnosis, code: string, reason: string): void {
  expect(findings.filter((finding) => finding.code === code)).toEqual([]);
  expect(skipped.filter((check) => check.code === code)).toMatchObject([
    { reason: expect.stringContaining(reason) as string },
  ]);
}

/** The SQL of a finding's fix; fails where it has none. */
export function sqlOf({ code, fix }: Finding): string {
  if (fix?.kind !== "sql") throw new Error(`the fix of ${code} is no SQL: ${JSON.stringify(fix)}`);
  return fix.sql;
}
