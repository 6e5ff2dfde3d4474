import type { ProgressEvent, StageStatus, StepReport } from "../progress.js";

export interface RunningStep {
  readonly step: string;
  readonly database?: string;
  readonly startedAtMs: number;
  /** The last thing seen while it waits. */
  message?: string;
}

type StageEntry =
  | { readonly kind: "step"; readonly report: StepReport }
  | { readonly kind: "note" | "debug"; readonly message: string };

/** What is known of one stage: `entries` in the order in which they came, then the steps that still run. */
export interface StageProgress {
  readonly stage: string;
  readonly startedAtMs: number;
  readonly entries: StageEntry[];
  readonly running: RunningStep[];
  end?: { readonly status: StageStatus; readonly ms: number };
}

export interface ProgressModel {
  readonly stages: readonly StageProgress[];
  /** Every database that a step was done for, so far. */
  readonly databases: ReadonlySet<string>;
  /** Takes in one event at the time `nowMs`; events in an unexpected order are made the best of. */
  apply(event: ProgressEvent, nowMs: number): void;
  /** The stage that started last and has not ended. */
  openStage(): StageProgress | undefined;
}

/** Folds progress events into the state that the live list draws and the JSON document reports. */
export function createProgressModel(knownDatabases: readonly string[] = []): ProgressModel {
  const stages: StageProgress[] = [];
  const databases = new Set(knownDatabases);

  const open = (stage: string, nowMs: number): StageProgress => {
    const started: StageProgress = { stage, startedAtMs: nowMs, entries: [], running: [] };
    stages.push(started);
    return started;
  };
  /** The latest of that name, which may have ended already: a step can finish after its stage. */
  const latest = (stage: string) => stages.findLast((candidate) => candidate.stage === stage);
  const unended = (stage: string) => stages.findLast((it) => it.stage === stage && it.end === undefined);
  const openStage = () => stages.findLast((stage) => stage.end === undefined);

  const apply = (event: ProgressEvent, nowMs: number): void => {
    if ("database" in event) databases.add(event.database);
    switch (event.type) {
      case "stage-start":
        if (unended(event.stage) === undefined) open(event.stage, nowMs);
        return;
      case "stage-end": {
        const stage = unended(event.stage) ?? open(event.stage, nowMs - event.ms);
        stage.end = { status: event.status, ms: event.ms };
        return;
      }
      case "step-start": {
        const { running } = latest(event.stage) ?? open(event.stage, nowMs);
        takeRunning(running, event);
        running.push({ ...identityOf(event), startedAtMs: nowMs });
        return;
      }
      case "step-update": {
        const { running } = latest(event.stage) ?? open(event.stage, nowMs);
        const updated = running.find((step) => isSameStep(step, event));
        if (updated === undefined) {
          running.push({ ...identityOf(event), startedAtMs: nowMs, message: event.message });
        } else updated.message = event.message;
        return;
      }
      case "step-end": {
        const stage = latest(event.stage) ?? open(event.stage, nowMs - event.ms);
        takeRunning(stage.running, event);
        stage.entries.push({ kind: "step", report: reportOf(event) });
        return;
      }
      case "notice":
      case "debug":
        openStage()?.entries.push({
          kind: event.type === "notice" ? "note" : "debug",
          message: event.message,
        });
    }
  };
  return { stages, databases, apply, openStage };
}

/** The steps that were still running when their stage failed, as failed ones; none if it did not fail. */
export function unfinishedSteps(stage: StageProgress): StepReport[] {
  const { end } = stage;
  if (end?.status !== "failed") return [];
  return stage.running.map((step) => ({
    ...identityOf(step),
    status: "failed",
    detail: step.message === undefined ? "not finished" : `not finished: ${step.message}`,
    ms: Math.max(0, Math.round(stage.startedAtMs + end.ms - step.startedAtMs)),
  }));
}

interface StepIdentity {
  readonly step: string;
  readonly database?: string;
}

function identityOf({ step, database }: StepIdentity): StepIdentity {
  return database === undefined ? { step } : { step, database };
}

function reportOf(event: StepReport): StepReport {
  const { status, detail, ms } = event;
  return { ...identityOf(event), status, ...(detail === undefined ? {} : { detail }), ms };
}

function isSameStep(one: StepIdentity, other: StepIdentity): boolean {
  return one.step === other.step && one.database === other.database;
}

function takeRunning(running: RunningStep[], step: StepIdentity): void {
  const index = running.findIndex((candidate) => isSameStep(candidate, step));
  if (index !== -1) running.splice(index, 1);
}
