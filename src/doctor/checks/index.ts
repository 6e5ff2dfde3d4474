import type { Check } from "../check.js";
import { ARCHIVE_CHECKS } from "./archive.js";
import { BLOCKER_CHECKS } from "./blockers.js";
import { HEADROOM_CHECKS } from "./headroom.js";
import { LAG_CHECKS } from "./lag.js";
import { RETENTION_CHECKS } from "./retention.js";
import { ROLE_CHECKS } from "./role.js";
import { SERVER_CHECKS } from "./server.js";
import { SLOT_CHECKS } from "./slots.js";
import { STANDBY_CHECKS } from "./standby.js";

/** Every check, in the order in which findings of one severity are shown. */
export const CHECKS: readonly Check[] = [
  ...SERVER_CHECKS,
  ...STANDBY_CHECKS,
  ...ARCHIVE_CHECKS,
  ...RETENTION_CHECKS,
  ...HEADROOM_CHECKS,
  ...BLOCKER_CHECKS,
  ...ROLE_CHECKS,
  ...SLOT_CHECKS,
  ...LAG_CHECKS,
];
