import type { Fault } from "../fault.js";
import { CAPTURE } from "./capture.js";
import { DISK } from "./disk.js";
import { KILLS } from "./kills.js";
import { STATE } from "./state.js";
import { STOPS } from "./stops.js";

/** All faults, by topic. */
export const FAULTS: Readonly<Record<string, readonly Fault[]>> = {
  "Ended in the middle of `up`": KILLS,
  "Standing still": STOPS,
  "Slot, publication, password and network": CAPTURE,
  "Full disks": DISK,
  "State, cache and many at once": STATE,
};
