import type { Check } from "../check.js";
import { ACCESS_CHECKS } from "./access.js";
import { ARCHIVE_CHECKS } from "./archive.js";
import { BLOCKER_CHECKS } from "./blockers.js";
import { CONNECT_CHECKS } from "./connect.js";
import { CONNECTOR_AIM_CHECKS } from "./connector-aim.js";
import { CONNECTOR_POSITION_CHECKS } from "./connector-position.js";
import { CONNECTOR_SETTINGS_CHECKS } from "./connector-settings.js";
import { CONNECTOR_STATE_CHECKS } from "./connector-state.js";
import { COVERAGE_CHECKS } from "./coverage.js";
import { DATABASE_CHECKS } from "./database.js";
import { DEFAULT_PASSWORD_CHECKS } from "./default-passwords.js";
import { HEADROOM_CHECKS } from "./headroom.js";
import { KAFKA_CHECKS } from "./kafka.js";
import { LAG_CHECKS } from "./lag.js";
import { LOGIN_CHECKS } from "./login.js";
import { MESSAGE_SIZE_CHECKS } from "./message-size.js";
import { PROBE_CHECKS } from "./probe.js";
import { PUBLICATION_CHECKS } from "./publication.js";
import { REPLICA_IDENTITY_CHECKS } from "./replica-identity.js";
import { RETENTION_CHECKS } from "./retention.js";
import { ROLE_CHECKS } from "./role.js";
import { SERVER_CHECKS } from "./server.js";
import { SHARED_NAME_CHECKS } from "./shared-names.js";
import { SLOT_CHECKS } from "./slots.js";
import { STANDBY_CHECKS } from "./standby.js";
import { TABLE_CHECKS } from "./tables.js";
import { TOPIC_NAME_CHECKS } from "./topic-names.js";
import { TOPIC_CHECKS } from "./topics.js";

/** Every check, in the order in which findings of one severity are shown. */
export const CHECKS: readonly Check[] = [
  ...SERVER_CHECKS,
  ...STANDBY_CHECKS,
  ...ARCHIVE_CHECKS,
  ...RETENTION_CHECKS,
  ...HEADROOM_CHECKS,
  ...BLOCKER_CHECKS,
  ...ROLE_CHECKS,
  ...DEFAULT_PASSWORD_CHECKS,
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
  ...CONNECT_CHECKS,
  ...CONNECTOR_STATE_CHECKS,
  ...CONNECTOR_POSITION_CHECKS,
  ...CONNECTOR_AIM_CHECKS,
  ...CONNECTOR_SETTINGS_CHECKS,
  ...SHARED_NAME_CHECKS,
  ...KAFKA_CHECKS,
  ...MESSAGE_SIZE_CHECKS,
  ...TOPIC_NAME_CHECKS,
  ...TOPIC_CHECKS,
];
