/** The stages, in pipeline order; `down` and `status` are not stages of the pipeline but report like one. */
export const STAGES = ["deploy", "prepare", "register", "verify"] as const;
export type StageName = (typeof STAGES)[number];

/** What a step did. `unchanged` means that it looked and wrote nothing. */
export type StepStatus =
  "created" | "updated" | "started" | "stopped" | "removed" | "unchanged" | "proved" | "failed";

export type StageStatus = "changed" | "unchanged" | "failed" | "skipped";

export interface StepReport {
  readonly step: string;
  /** The application database it was done for, where it was done for one. */
  readonly database?: string;
  readonly status: StepStatus;
  /** One short clause: `port 5433`, `1,204 rows`. */
  readonly detail?: string;
  readonly ms: number;
}

export interface StageReport {
  readonly stage: string;
  readonly status: StageStatus;
  readonly ms: number;
  readonly steps: readonly StepReport[];
}

/** What stages tell while they work. Nothing in an event is secret. */
export type ProgressEvent =
  | { readonly type: "stage-start"; readonly stage: string }
  | { readonly type: "stage-end"; readonly stage: string; readonly status: StageStatus; readonly ms: number }
  | { readonly type: "step-start"; readonly stage: string; readonly step: string; readonly database?: string }
  /** The last thing seen while a step waits. */
  | {
      readonly type: "step-update";
      readonly stage: string;
      readonly step: string;
      readonly database?: string;
      readonly message: string;
    }
  | ({ readonly type: "step-end"; readonly stage: string } & StepReport)
  /** Something a user should know though nothing failed: a default port was taken. */
  | { readonly type: "notice"; readonly message: string }
  /** Shown with --verbose only: an SQL statement, a request, a command line. */
  | { readonly type: "debug"; readonly message: string };

export type Reporter = (event: ProgressEvent) => void;
