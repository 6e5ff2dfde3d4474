import type { ProvedFault } from "../fault.js";

/** Faults that tests elsewhere prove on real servers. */
export const PROVED: readonly ProvedFault[] = [
  {
    id: "two-workers",
    what: "one of two workers of Kafka Connect is killed (KILL)",
    when: "while ten connectors are registered",
    sees: ["nothing"],
    ends: { by: "itself" },
    provedBy: {
      file: "test/e2e/register-killed.test.ts",
      test: "costs nothing but time: all of them run on the other one",
    },
  },
  {
    id: "two-ups",
    what: "two `up` at once in one directory",
    when: "before there are servers",
    sees: ["nothing"],
    ends: { by: "itself" },
    provedBy: {
      file: "test/e2e/interruptions.test.ts",
      test: "in one directory: the second waits, says so, and both end with an event",
    },
  },
  {
    id: "interrupt-at-start",
    what: "Ctrl-C",
    when: "`up`, while all servers start for the first time",
    sees: ["INTERRUPTED"],
    ends: { by: "up" },
    provedBy: {
      file: "test/e2e/interruptions.test.ts",
      test: "while servers start ends with 130 and leaves none of them running; the next up is whole",
    },
  },
  {
    id: "interrupt-later",
    what: "Ctrl-C",
    when: "`up`, at five moments between 0.4 s and 2.5 s",
    sees: ["INTERRUPTED", "nothing"],
    ends: { by: "up" },
    provedBy: {
      file: "test/e2e/interruptions.test.ts",
      test: "at any later moment leaves what the next up makes whole",
    },
  },
  {
    id: "killed-between-runs",
    what: "PostgreSQL, Kafka or Kafka Connect is killed (KILL)",
    when: "between two runs",
    sees: ["nothing"],
    ends: { by: "itself" },
    provedBy: {
      file: "test/e2e/interruptions.test.ts",
      test: "that was killed is started again, and the stream goes on",
    },
  },
  {
    id: "port-taken",
    what: "another program has PostgreSQL's port",
    when: "before the first `up`",
    sees: ["nothing"],
    ends: { by: "itself" },
    provedBy: {
      file: "test/e2e/interruptions.test.ts",
      test: "whose port is taken gets a free one, says so, and keeps it",
    },
  },
  {
    id: "killed-while-reconciling",
    what: "PostgreSQL or Kafka is killed (KILL)",
    when: "`reconcile`, while it reads",
    sees: ["nothing", "KAFKA_UNREACHABLE", "POSTGRES_UNREACHABLE"],
    ends: { by: "up" },
    provedBy: {
      file: "test/e2e/reconcile-bad-luck.test.ts",
      test: "%s: the run goes on or stops clearly, and the next is whole",
    },
  },
];
