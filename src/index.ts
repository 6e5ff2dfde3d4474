export type { ConnectClient } from "./clients/connect/connect-client.js";
export type { ConnectEndpoint } from "./clients/connect/connect-endpoint.js";
export { createConnectClient } from "./clients/connect/create-connect-client.js";
export type { Config } from "./config/config.js";
export { loadConfig, type LoadConfigOptions } from "./config/load.js";
export type { Context } from "./context.js";
export { doctor, type DoctorOptions } from "./doctor/doctor.js";
export type { Finding, Fix, Severity, Skipped } from "./doctor/finding.js";
export type { Diagnosis } from "./doctor/run-checks.js";
export { CdcError, ERROR_CODES, type ErrorCode } from "./errors.js";
export { type DatabaseNames, namesOf } from "./names.js";
export { type PipelineResult, runPipeline } from "./pipeline.js";
export type { PipelineDatabase, PipelineOptions } from "./pipeline-options.js";
export { type PipelinePlan, planPipeline } from "./plan-pipeline.js";
export type { ProgressEvent, Reporter, StageName, StageReport, StepReport } from "./progress.js";
export { reconcile } from "./reconcile/reconcile.js";
export type { ReconcileOptions } from "./reconcile/reconcile-options.js";
export type {
  NamedDifference,
  Reconciliation,
  TableReconciliation,
  TransactionsReconciliation,
} from "./reconcile/reconciliation.js";
export type { Deployment, Endpoints } from "./targets/target.js";
export { deadlineIn } from "./wait/deadline.js";
