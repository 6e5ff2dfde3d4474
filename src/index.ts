export type { Config } from "./config/config.js";
export { loadConfig, type LoadConfigOptions } from "./config/load.js";
export type { Context } from "./context.js";
export { CdcError, ERROR_CODES, type ErrorCode } from "./errors.js";
export { type DatabaseNames, namesOf } from "./names.js";
export { type PipelineDatabase, type PipelineOptions, type PipelineResult, runPipeline } from "./pipeline.js";
export type { ProgressEvent, Reporter, StageName, StageReport, StepReport } from "./progress.js";
export type { Deployment, Endpoints } from "./targets/target.js";
export { deadlineIn } from "./wait/deadline.js";
