import type { Check } from "../check.js";
import { ACCESS_CHECKS } from "./access.js";
import { ARCHIVE_CHECKS } from "./archive.js";
import { BLOCKER_CHECKS } from "./blockers.js";
import { COVERAGE_CHECKS } from "./coverage.js";
import { DATABASE_CHECKS } from "./database.js";
import { HEADROOM_CHECKS } from "./headroom.js";
import { LAG_CHECKS } from "./lag.js";
import { LOGIN_CHECKS } from "./login.js";
import { PROBE_CHECKS } from "./probe.js";
import { PUBLICATION_CHECKS } from "./publication.js";
import { REPLICA_IDENTITY_CHECKS } from "./replica-identity.js";
import { RETENTION_CHECKS } from "./retention.js";
import { ROLE_CHECKS } from "./role.js";
import { SERVER_CHECKS } from "./server.js";
import { SLOT_CHECKS } from "./slots.js";
import { STANDBY_CHECKS } from "./standby.js";
import { TABLE_CHECKS } from "./tables.js";

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
  ...DATABASE_CHECKS,
  ...LOGIN_CHECKS,
  ...PROBE_CHECKS,
  ...REPLICA_IDENTITY_CHECKS,
  ...ACCESS_CHECKS,
  ...PUBLICATION_CHECKS,
  ...COVERAGE_CHECKS,
  ...TABLE_CHECKS,
];
