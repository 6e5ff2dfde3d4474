import type { PlannedStep } from "../../stages/prepare/plan/planned-step.js";

/** One thing that goes or stays. */
export interface ForgetStep extends Pick<PlannedStep, "step" | "detail"> {
  /** Null for what belongs to the whole server. */
  readonly database: string | null;
  readonly status: "removed" | "unchanged";
  /** The statements that do it, where it is done by SQL. */
  readonly sql: readonly string[];
}

export const stays = (
  step: string,
  detail: string,
): Omit<ForgetStep, "database"> & { status: "unchanged" } => ({
  step,
  status: "unchanged",
  detail,
  sql: [],
});

export const goes = (
  step: string,
  sql: readonly string[],
  detail?: string,
): Omit<ForgetStep, "database"> & { status: "removed" } => ({
  step,
  status: "removed",
  sql,
  ...(detail === undefined ? {} : { detail }),
});
