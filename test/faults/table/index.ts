import type { Fault } from "../fault.js";
import { KILLS } from "./kills.js";

/** All faults, by topic. */
export const FAULTS: Readonly<Record<string, readonly Fault[]>> = {
  "Ended in the middle of `up`": KILLS,
};
