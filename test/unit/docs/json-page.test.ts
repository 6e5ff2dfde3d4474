import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { defineCommand, nameOf } from "../../../src/cli/command.js";
import { runCommand } from "../../../src/cli/run-command.js";
import type {
  ConnectorPlugin,
  PluginSetting,
  StoredOffset,
} from "../../../src/clients/connect/connect-client.js";
import type { RepairDocument } from "../../../src/commands/handlers/repair-differences.js";
import { COMMANDS } from "../../../src/commands/index.js";
import type { Config } from "../../../src/config/config.js";
import type { Acted } from "../../../src/connectors/act-on-each.js";
import { CONDITIONS } from "../../../src/connectors/connector-view.js";
import type { Agreement } from "../../../src/connectors/offsets/compare-positions.js";
import type {
  PositionDocument,
  PostgresDocument,
} from "../../../src/connectors/offsets/describe-position.js";
import type { OffsetChange } from "../../../src/connectors/offsets/plan-offsets.js";
import type { SlotLeft } from "../../../src/connectors/offsets/slots-left.js";
import { type WatchAction, watchEntry } from "../../../src/connectors/watch/watch-entry.js";
import { CdcError } from "../../../src/errors.js";
import type {
  ConnectorState,
  DatabaseState,
  Lag,
  LastEvent,
  Observation,
  Problem,
  SlotState,
  WalState,
} from "../../../src/observe/observation.js";
import type { PipelinePlan } from "../../../src/plan-pipeline.js";
import type { StageReport, StageStatus, StepReport, StepStatus } from "../../../src/progress.js";
import type { DifferenceKind } from "../../../src/reconcile/engine/engine.js";
import type {
  NamedDifference,
  Reconciliation,
  TableReconciliation,
  TransactionsReconciliation,
} from "../../../src/reconcile/reconciliation.js";
import type { ArchiveHealth } from "../../../src/recovery/archive-health.js";
import type { UnusableBackup } from "../../../src/recovery/backups.js";
import type { CaptureAfter } from "../../../src/recovery/consequences.js";
import type { Reached } from "../../../src/recovery/watch-recovery.js";
import { runStage } from "../../../src/run-stage.js";
import type { DatabasePlan, PlannedStep } from "../../../src/stages/prepare/plan/planned-step.js";
import type { KeyChange } from "../../../src/stages/register/plan-connector.js";
import type { PlannedConnector } from "../../../src/stages/register/plan-register.js";
import type { Distribution } from "../../../src/stages/verify/distribution.js";
import type { Proof, ProofEvent } from "../../../src/stages/verify/proof.js";
import type { LatencySplit } from "../../../src/stages/verify/split-latency.js";
import { StallRecord } from "../../../src/stages/verify/watch/stall-record.js";
import type { PlannedServer, ServerStatus } from "../../../src/targets/target.js";
import type { ForgetStep } from "../../../src/teardown/forget/forget-step.js";
import type { ChangeDocument } from "../../../src/ui/describe-change.js";
import { describeEvent } from "../../../src/ui/describe-event.js";
import type { ForgottenDocument } from "../../../src/ui/describe-forgotten.js";
import type { ReleasedDocument } from "../../../src/ui/describe-released.js";
import type {
  DatabaseDocument,
  EndpointsDocument,
  FindingDocument,
  FixedDocument,
  SkippedDocument,
} from "../../../src/ui/documents.js";
import type { ConnectorDocument } from "../../../src/ui/render-connector.js";
import type { RotationDocument } from "../../../src/ui/render-rotation.js";
import { codeOf, tableRows } from "../../support/markdown-tables.js";
import { MemoryStream } from "../ui/memory-stream.js";

const page = await readFile(new URL("../../../docs/json.md", import.meta.url), "utf8");
const rows = tableRows(page);
const explained = rows.map(([name = ""]) => codeOf(name));

/** The names of a type, all of them: the compiler refuses a list that leaves one out. */
type Names<T> = Readonly<Record<keyof T, true>>;
const NAMES = {
  "stages[]": { stage: true, status: true, ms: true, steps: true } satisfies Names<StageReport>,
  "stages[].steps[]": {
    step: true,
    database: true,
    status: true,
    detail: true,
    ms: true,
  } satisfies Names<StepReport>,
  endpoints: { postgres: true, kafka: true, connect: true } satisfies Names<EndpointsDocument>,
  "endpoints.postgres": { host: true, port: true, adminUser: true } satisfies Names<
    EndpointsDocument["postgres"]
  >,
  "databases[]": {
    name: true,
    connector: true,
    slot: true,
    publication: true,
    topicPrefix: true,
    event: true,
  } satisfies Names<DatabaseDocument>,
  "databases[].event": {
    topic: true,
    partition: true,
    offset: true,
    op: true,
    latencyMs: true,
    table: true,
    how: true,
    events: true,
    split: true,
    samples: true,
    notes: true,
  } satisfies Names<Proof>,
  "databases[].event.events[]": {
    op: true,
    partition: true,
    offset: true,
    before: true,
  } satisfies Names<ProofEvent>,
  "databases[].event.split": {
    commitToDebeziumMs: true,
    debeziumToKafkaMs: true,
    kafkaToHereMs: true,
  } satisfies Names<LatencySplit>,
  "databases[].event.samples": {
    count: true,
    minMs: true,
    medianMs: true,
    p95Ms: true,
    p99Ms: true,
    maxMs: true,
  } satisfies Names<Distribution>,
  "plan.deploy[]": {
    server: true,
    title: true,
    status: true,
    detail: true,
    changes: true,
  } satisfies Names<PlannedServer>,
  "plan.prepare[]": {
    database: true,
    kind: true,
    creation: true,
    isAssumed: true,
    notices: true,
  } satisfies Names<Omit<DatabasePlan, "steps">>,
  "plan.prepare[].steps[]": {
    step: true,
    status: true,
    detail: true,
    sql: true,
  } satisfies Names<PlannedStep>,
  "plan.register[]": {
    database: true,
    connector: true,
    status: true,
    needsAdoption: true,
    initialState: true,
  } satisfies Names<Omit<PlannedConnector, "changes">>,
  "plan.register[].changes[]": { key: true, from: true, to: true } satisfies Names<KeyChange>,
  "plan.verify[]": { database: true, detail: true } satisfies Names<PipelinePlan["verify"][number]>,
  "plan.unplanned[]": { stage: true, reason: true } satisfies Names<PipelinePlan["unplanned"][number]>,
  "findings[]": {
    code: true,
    severity: true,
    database: true,
    object: true,
    seen: true,
    why: true,
    fix: true,
    fixKind: true,
    fixDatabase: true,
    fixIsSafe: true,
  } satisfies Names<FindingDocument>,
  "skipped[]": { code: true, database: true, reason: true } satisfies Names<SkippedDocument>,
  "fixed[]": {
    code: true,
    database: true,
    sql: true,
    status: true,
    message: true,
  } satisfies Names<FixedDocument>,
  "": {
    database: true,
    takenAt: true,
    durationMs: true,
    tables: true,
    latency: true,
    transactions: true,
  } satisfies Names<Omit<Reconciliation, "ok">>,
  "tables[]": {
    table: true,
    topic: true,
    rows: true,
    events: true,
    lost: true,
    extra: true,
    different: true,
    duplicates: true,
    outOfOrder: true,
    unproved: true,
    late: true,
    noTombstone: true,
    undecodable: true,
    foreign: true,
    differences: true,
    notes: true,
  } satisfies Names<TableReconciliation>,
  "tables[].differences[]": {
    kind: true,
    key: true,
    columns: true,
    topic: true,
    partition: true,
    offset: true,
    op: true,
    note: true,
  } satisfies Names<NamedDifference>,
  "latency[]": { upToMs: true, count: true } satisfies Names<Reconciliation["latency"][number]>,
  transactions: {
    whole: true,
    incomplete: true,
    unproved: true,
    differences: true,
  } satisfies Names<TransactionsReconciliation>,
  "transactions.differences[]": {
    id: true,
    expected: true,
    found: true,
    note: true,
  } satisfies Names<TransactionsReconciliation["differences"][number]>,
  repair: { requests: true, notMended: true } satisfies Names<RepairDocument>,
  "repair.requests[]": { table: true, rows: true } satisfies Names<RepairDocument["requests"][number]>,
  rotation: {
    user: true,
    source: true,
    role: true,
    kept: true,
    connectors: true,
    proved: true,
    oldPassword: true,
  } satisfies Names<RotationDocument>,
  "rotation.connectors[]": { name: true, database: true, status: true } satisfies Names<
    RotationDocument["connectors"][number]
  >,
  "servers[]": {
    server: true,
    state: true,
    version: true,
    address: true,
    pid: true,
    log: true,
  } satisfies Names<ServerStatus>,
  "connectors[]": { name: true, state: true, tasks: true, reason: true } satisfies Names<ConnectorState>,
  "connectors[] of get": {
    name: true,
    class: true,
    type: true,
    condition: true,
    state: true,
    worker: true,
    tasks: true,
    isOurs: true,
    reason: true,
    trace: true,
    config: true,
    hidden: true,
    topics: true,
    offsets: true,
  } satisfies Names<ConnectorDocument>,
  "connectors[].tasks[]": {
    id: true,
    state: true,
    worker: true,
    reason: true,
    trace: true,
  } satisfies Names<ConnectorDocument["tasks"][number]>,
  "connectors[] of restart": { name: true, status: true, detail: true } satisfies Names<Acted>,
  "slotsLeft[]": {
    connector: true,
    slot: true,
    database: true,
    postgres: true,
    retainedBytes: true,
    sql: true,
  } satisfies Names<SlotLeft>,
  "connectors[] of offsets": { name: true, offsets: true, postgres: true } satisfies Names<PositionDocument>,
  "connectors[].offsets[]": { partition: true, offset: true } satisfies Names<StoredOffset>,
  "connectors[].postgres": {
    database: true,
    slot: true,
    lsn: true,
    confirmedLsn: true,
    restartLsn: true,
    isActive: true,
    walStatus: true,
    retainedBytes: true,
    agreement: true,
    isLoss: true,
    meaning: true,
    remedy: true,
  } satisfies Names<PostgresDocument>,
  "connectors[].changes[]": { partition: true, before: true, after: true } satisfies Names<OffsetChange>,
  "plugins[]": { class: true, type: true, version: true } satisfies Names<ConnectorPlugin>,
  "settings[]": {
    name: true,
    type: true,
    required: true,
    default_value: true,
    importance: true,
    documentation: true,
  } satisfies Names<PluginSetting>,
  " of watch": {
    time: true,
    connector: true,
    task: true,
    before: true,
    after: true,
    reason: true,
  } satisfies Names<ChangeDocument>,
  archive: {
    isOn: true,
    isFailing: true,
    failedCount: true,
    lastArchivedWal: true,
    lastArchivedAt: true,
    lastArchivedAgeMs: true,
    lastFailedWal: true,
    lastFailedAt: true,
    lastFailedAgeMs: true,
  } satisfies Names<ArchiveHealth>,
  restored: { lsn: true, timeline: true, reason: true } satisfies Names<Reached>,
  "unusable[]": {
    id: true,
    sizeBytes: true,
    postgresMajor: true,
    problem: true,
  } satisfies Names<UnusableBackup>,
  "droppedSlots[]": { name: true, database: true, unreadBytes: true, unreadChanges: true } satisfies Names<
    ReleasedDocument["droppedSlots"][number]
  >,
  "keptSlots[]": { name: true, database: true } satisfies Names<ReleasedDocument["keptSlots"][number]>,
  "of status": {
    time: true,
    servers: true,
    databases: true,
    connectors: true,
    slots: true,
    archive: true,
    wal: true,
    problems: true,
  } satisfies Names<Omit<Observation, "target" | "unknown">>,
  "databases[] of status": {
    name: true,
    connector: true,
    slot: true,
    topicPrefix: true,
    state: true,
    reason: true,
    lag: true,
    lastEvent: true,
    lastHeartbeatAt: true,
    events: true,
    eventsPerSecond: true,
  } satisfies Names<DatabaseState>,
  "databases[].lag": { bytes: true, atLeastMs: true, atMostMs: true, unknown: true } satisfies Names<Lag>,
  "databases[].lastEvent": { topic: true, at: true, agoMs: true } satisfies Names<LastEvent>,
  wal: {
    endLsn: true,
    slotLimitBytes: true,
    freeBytes: true,
    bytesPerSecond: true,
    averageBytesPerSecond: true,
  } satisfies Names<WalState>,
  unknown: { connectors: true, slots: true, archive: true, events: true } satisfies Names<
    Required<Observation["unknown"]>
  >,
  "problems[]": {
    severity: true,
    about: true,
    database: true,
    what: true,
    next: true,
  } satisfies Names<Problem>,
  " of forget": {
    forgotten: true,
    droppedSlots: true,
    deletedTopics: true,
  } satisfies Names<ForgottenDocument>,
  "plan.forget[]": {
    database: true,
    step: true,
    status: true,
    detail: true,
    sql: true,
  } satisfies Names<ForgetStep>,
  "slots[]": {
    name: true,
    database: true,
    active: true,
    walStatus: true,
    unconfirmedBytes: true,
    retainedBytes: true,
    safeBytes: true,
    confirmedAgoMs: true,
    growthBytesPerSecond: true,
    lostInMs: true,
    diskFullInMs: true,
  } satisfies Names<SlotState>,
};

const VALUES = {
  command: Object.fromEntries(COMMANDS.map((spec) => [nameOf(spec), true] as const)),
  target: { local: true, compose: true, k8s: true, external: true } satisfies Readonly<
    Record<Config["target"], true>
  >,
  "connectors[].condition": Object.fromEntries(CONDITIONS.map((condition) => [condition, true] as const)),
  "connectors[].postgres.agreement": {
    equal: true,
    "slot behind": true,
    "slot ahead": true,
    "slot missing": true,
    "slot lost": true,
    "offset ahead of server": true,
    "snapshot not finished": true,
    "nothing stored": true,
  } satisfies Readonly<Record<Agreement, true>>,
  "capture[].outcome": { stopped: true, recaptured: true, "database gone": true } satisfies Readonly<
    Record<CaptureAfter["outcome"], true>
  >,
  "tables[].differences[].kind": {
    lost: true,
    extra: true,
    different: true,
    duplicate: true,
    "out of order": true,
    late: true,
    "no tombstone": true,
    undecodable: true,
  } satisfies Readonly<Record<DifferenceKind, true>>,
  "stages[].status": {
    changed: true,
    unchanged: true,
    failed: true,
    skipped: true,
  } satisfies Readonly<Record<StageStatus, true>>,
  "stages[].steps[].status": {
    created: true,
    updated: true,
    started: true,
    stopped: true,
    removed: true,
    unchanged: true,
    proved: true,
    failed: true,
  } satisfies Readonly<Record<StepStatus, true>>,
  "databases[].event.how": { events: true, flattened: true, presence: true } satisfies Readonly<
    Record<Proof["how"], true>
  >,
  "databases[].event.events[].before": { nothing: true, key: true, row: true } satisfies Readonly<
    Record<NonNullable<ProofEvent["before"]>, true>
  >,
  "findings[].severity": {
    error: true,
    warning: true,
    info: true,
    ok: true,
  } satisfies Readonly<Record<FindingDocument["severity"], true>>,
  "findings[].fixKind": { sql: true, command: true, advice: true } satisfies Readonly<
    Record<NonNullable<FindingDocument["fixKind"]>, true>
  >,
  "fixed[].status": { applied: true, failed: true, planned: true } satisfies Readonly<
    Record<FixedDocument["status"], true>
  >,
  "problems[].severity": { error: true, warning: true } satisfies Readonly<Record<Problem["severity"], true>>,
  "problems[].about": {
    server: true,
    connector: true,
    slot: true,
    wal: true,
    archive: true,
    unknown: true,
  } satisfies Readonly<Record<Problem["about"], true>>,
  "servers[].state": {
    running: true,
    stopped: true,
    unreachable: true,
    foreign: true,
  } satisfies Readonly<Record<ServerStatus["state"], true>>,
};

describe("docs/json.md", () => {
  test.each(Object.entries(NAMES))("explains every name of %s", (path, names) => {
    const owner = path.replace(/ ?of .*/, "");
    const prefix = owner === "" ? "" : `${owner}.`;
    expect(explained).toEqual(expect.arrayContaining(Object.keys(names).map((name) => prefix + name)));
  });

  test.each(Object.entries(VALUES))("lists every value of %s", (path, values) => {
    const meaning = rows.find(([name = ""]) => codeOf(name) === path)?.[2] ?? "";
    for (const value of Object.keys(values)) expect(meaning).toContain(`\`${value}\``);
  });

  test("explains every name of an event, whatever kind it is", () => {
    const common = { topic: "t", partition: 0, offset: 1, timeMs: 0, schema: "s", table: "t", key: null };
    const change = {
      kind: "change",
      op: null,
      isFlattened: true,
      before: null,
      after: {},
      source: {},
    } as const;
    const lines = [
      { ...common, ...change },
      { ...common, kind: "tombstone" } as const,
      { ...common, kind: "transaction", value: {} } as const,
      { ...common, kind: "undecodable", reason: "no JSON", value: Buffer.from("") } as const,
    ].map((event) => describeEvent(event));
    const section = /\n## `events`\n(.*)$/s.exec(page)?.[1] ?? "";
    const names = tableRows(section).map(([name = ""]) => codeOf(name));
    expect(new Set(names)).toEqual(new Set(lines.flatMap(Object.keys)));
  });

  test("explains every name and every action of a watch", () => {
    const section = /\n## `connectors watch`\n(.*?)\n## /s.exec(page)?.[1] ?? "";
    const watched = tableRows(section).map(([name = "", , meaning = ""]) => [codeOf(name), meaning] as const);
    expect(watched.map(([name]) => name)).toEqual(Object.keys(watchEntry(0, "restart", {})));
    const meanings = new Map(watched);
    const actions: Names<Record<WatchAction, unknown>> = {
      restart: true,
      result: true,
      report: true,
      "give-up": true,
      wait: true,
      "connect-away": true,
      "connect-back": true,
    };
    for (const action of Object.keys(actions)) expect(meanings.get("action")).toContain(`\`${action}\``);
  });

  test("explains every name of what `verify --watch` prints", () => {
    const section = /\n## `verify --watch`\n(.*?)\n## /s.exec(page)?.[1] ?? "";
    const entry = new StallRecord("shop").stalled(new CdcError("EVENT_NOT_SEEN", "no"), null, 0);
    const names = tableRows(section).map(([name = ""]) => codeOf(name));
    expect(new Set(names)).toEqual(new Set(Object.keys(entry)));
  });

  test("explains every name of its examples", () => {
    const examples = [...page.matchAll(/```json\n(.*?)```/gs)].map(
      ([, text = ""]) => JSON.parse(text) as unknown,
    );
    expect(examples).toHaveLength(3);
    expect(explained).toEqual(expect.arrayContaining(examples.flatMap((example) => pathsIn(example, ""))));
  });

  describe("and what a command prints", () => {
    let folder: string;
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), "cdc-pipeline-json-"));
    });
    afterEach(() => rm(folder, { recursive: true }));

    const printed = async (failure?: CdcError): Promise<object> => {
      const stdout = new MemoryStream();
      const spec = defineCommand({
        usage: "verify",
        describe: "",
        positionals: {},
        options: {},
        stages: ["verify"],
        load: () =>
          Promise.resolve(async (_args, { context }) => {
            await runStage("verify", context, () =>
              failure === undefined ? Promise.resolve() : Promise.reject(failure),
            );
            return { fields: {}, text: "" };
          }),
      });
      await runCommand(
        spec,
        {
          json: true,
          quiet: true,
          target: undefined,
          config: undefined,
          context: undefined,
          namespace: undefined,
          timeout: undefined,
          verbose: undefined,
        },
        {
          cwd: folder,
          env: {},
          stdout: stdout as unknown as NodeJS.WriteStream,
          stderr: new MemoryStream() as unknown as NodeJS.WriteStream,
          signal: new AbortController().signal,
        },
      );
      return JSON.parse(stdout.written) as object;
    };

    test("has just the names that are explained for every command", async () => {
      expect(Object.keys(await printed())).toEqual(["ok", "command", "target", "stages"]);
      const common = tableRows(/## Every command\n(.*?)\n## /s.exec(page)?.[1] ?? "").map(
        ([name = ""]) => name,
      );
      expect(common.filter((name) => /^`\w+`$/.test(name)).map(codeOf)).toEqual([
        "ok",
        "command",
        "target",
        "stages",
        "error",
      ]);
    });

    test("explains every name of an error", async () => {
      const error = new CdcError("CONNECT_FAILED", "no", { hint: "yes", details: { status: 500 } });
      const names = pathsIn(await printed(error), "").filter((path) => !path.startsWith("error.details."));
      expect(names).toEqual(expect.arrayContaining(["error.code", "error.details", "error.hint"]));
      expect(explained).toEqual(expect.arrayContaining(names));
    });
  });
});

/** `a`, `a.b` and `a[].b` for each name in a JSON value. */
function pathsIn(value: unknown, path: string): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => pathsIn(item, `${path}[]`));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    const own = path === "" ? name : `${path}.${name}`;
    return [own, ...pathsIn(inner, own)];
  });
}
