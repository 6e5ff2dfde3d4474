import type { Handler } from "../../cli/command.js";
import type { StageArguments } from "./pipeline-options.js";
import { runStages } from "./run-stages.js";

export interface VerifyArguments extends StageArguments {
  readonly watch?: boolean | undefined;
  readonly every: number;
  readonly "stalled-after": number;
  readonly timeout?: string | undefined;
}

export const verifyCapture: Handler<VerifyArguments> = async (args, session) => {
  if (args.watch !== true) return runStages(["verify"])(args, session);
  return (await import("./watch-capture.js")).watchCaptureOf(args, session);
};
