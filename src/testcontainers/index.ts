export { CdcError, type ErrorCode } from "../errors.js";
export type { ProgressEvent, Reporter } from "../progress.js";
export type { Proof } from "../stages/verify/proof.js";
export type { ServerName } from "../targets/target.js";
export { CdcPipelineContainers, type DatabaseOptions, type StartOptions } from "./cdc-pipeline-containers.js";
export type { ChangeEvent } from "./change-event.js";
export type { EventOptions } from "./event-options.js";
export type { NetworkLike } from "./network-like.js";
export type { StartedCdcPipeline, StartedDatabase } from "./started-cdc-pipeline.js";
