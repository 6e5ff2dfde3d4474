import { KUBERNETES_ERROR_CODES } from "./kubernetes-error-codes.js";

/**
 * Every way in which the program can fail on purpose. `exit` is the command line's exit code:
 * 1 a stage failed, 2 wrong use or a missing prerequisite, 3 not proved in time, 130 interrupted.
 */
export const ERROR_CODES = {
  USAGE: { exit: 2, meaning: "The command line is wrong: an unknown option, a missing name, a bad value." },
  CONFIG_INVALID: {
    exit: 2,
    meaning: "The configuration file or an environment variable holds a wrong value.",
  },
  CONFIG_UNREADABLE: { exit: 2, meaning: "The configuration file cannot be read or is not YAML." },
  SCHEMA_UNREADABLE: { exit: 2, meaning: "The SQL file given with --schema cannot be read." },
  SCHEMA_UNSUPPORTED: { exit: 2, meaning: "The SQL file uses a psql command that has no meaning here." },
  SCHEMA_FAILED: { exit: 1, meaning: "A statement of the SQL file was refused by PostgreSQL." },
  JAVA_MISSING: { exit: 2, meaning: "No Java was found; Kafka and Kafka Connect need Java 17 or newer." },
  JAVA_TOO_OLD: { exit: 2, meaning: "The Java that was found is older than 17." },
  MAVEN_MISSING: { exit: 2, meaning: "No `mvn` was found; it resolves the jars of Kafka and Debezium once." },
  MAVEN_FAILED: { exit: 1, meaning: "Maven could not resolve the jars." },
  JARS_DIFFER: {
    exit: 1,
    meaning: "A jar of Kafka or Debezium is not the one whose checksum the package holds.",
  },
  POSTGRES_BINARIES_MISSING: { exit: 2, meaning: "There are no PostgreSQL binaries for this platform." },
  PATH_NOT_WRITABLE: { exit: 2, meaning: "A folder that the program must write to cannot be written." },
  SERVICE_USER_MISSING: {
    exit: 2,
    meaning: "Run as root, and there is no ordinary user to run PostgreSQL as.",
  },
  LOCKED: { exit: 1, meaning: "Another run works in the same directory and did not finish in time." },
  STATE_UNREADABLE: {
    exit: 1,
    meaning: "The state file of this directory is damaged or of another version.",
  },
  SERVER_DIED: { exit: 1, meaning: "A server ended while it was starting; its last log lines are shown." },
  SERVER_NOT_READY: { exit: 1, meaning: "A server was started but did not answer in time." },
  DOCKER_MISSING: { exit: 2, meaning: "There is no `docker` on the PATH." },
  DOCKER_UNREACHABLE: { exit: 2, meaning: "No Docker daemon answers, or it may not be used." },
  COMPOSE_MISSING: { exit: 2, meaning: "Docker has no `docker compose`, version 2." },
  COMPOSE_FILE_INVALID: { exit: 2, meaning: "The compose file cannot be used." },
  COMPOSE_NOT_OURS: {
    exit: 1,
    meaning: "The compose project of that name holds containers or volumes of somebody else.",
  },
  COMPOSE_FAILED: { exit: 1, meaning: "Docker could not do what was asked of it." },
  IMAGE_UNAVAILABLE: { exit: 1, meaning: "An image is not there and cannot be pulled." },
  PORT_TAKEN: { exit: 1, meaning: "A port that a server must have is in use." },
  DATA_OF_OTHER_VERSION: {
    exit: 1,
    meaning: "The data was written by another major version of PostgreSQL.",
  },
  TESTCONTAINERS_MISSING: {
    exit: 2,
    meaning: "The package testcontainers, which `cdc-pipeline/testcontainers` needs, is not installed.",
  },
  POSTGRES_UNREACHABLE: { exit: 1, meaning: "No connection to PostgreSQL could be made." },
  POSTGRES_REFUSED: { exit: 1, meaning: "PostgreSQL refused the user, the password or the database." },
  POSTGRES_FAILED: { exit: 1, meaning: "PostgreSQL refused a statement." },
  WAL_LEVEL_NOT_LOGICAL: {
    exit: 1,
    meaning: "The server's wal_level is not logical, so nothing can be captured.",
  },
  DATABASE_MISSING: { exit: 1, meaning: "The database does not exist." },
  DATABASE_UNSUITABLE: { exit: 1, meaning: "The database is a template, or takes no connections." },
  SCHEMA_MISSING: { exit: 1, meaning: "A schema named in `debezium.schemas` is not in the database." },
  SERVER_IN_RECOVERY: { exit: 1, meaning: "The server is a standby or recovers, so nothing can be written." },
  SLOTS_EXHAUSTED: {
    exit: 1,
    meaning: "The server has fewer free replication slots or WAL senders than the databases need.",
  },
  DATABASE_NAME_INVALID: { exit: 2, meaning: "PostgreSQL cannot have a database of that name." },
  ROLE_UNSUITABLE: {
    exit: 1,
    meaning: "The Debezium role exists, but with rights or a password that do not fit.",
  },
  SUPERUSER_NEEDED: {
    exit: 1,
    meaning: "Only a superuser can make what is missing, and the administrator given is none.",
  },
  RIGHT_MISSING: {
    exit: 1,
    meaning: "The administrator lacks a right that an owner or a superuser has to give.",
  },
  PUBLICATION_UNSUITABLE: { exit: 1, meaning: "The publication exists, but does not cover what it must." },
  PUBLICATION_IN_USE: {
    exit: 1,
    meaning: "The publication would have to be made anew, and a replication slot reads it.",
  },
  TABLES_WITHOUT_IDENTITY: {
    exit: 1,
    meaning:
      "Publishing these tables would make their UPDATE and DELETE fail: they have no replica identity.",
  },
  SEVERAL_FAILED: {
    exit: 1,
    meaning: "Several databases or connectors failed, each with a code of its own.",
  },
  CONNECT_UNREACHABLE: { exit: 1, meaning: "Kafka Connect does not answer." },
  CONNECT_TOO_OLD: { exit: 1, meaning: "Kafka Connect is of a version that cannot do what was asked for." },
  CONNECT_FAILED: { exit: 1, meaning: "Kafka Connect refused a request." },
  CONNECTOR_CLASS_MISSING: {
    exit: 1,
    meaning: "The worker does not have the class, mostly that of Debezium's PostgreSQL connector.",
  },
  CONNECTOR_NAME_INVALID: { exit: 2, meaning: "A name that no address of Kafka Connect can hold." },
  CONNECTOR_INVALID: { exit: 1, meaning: "Kafka Connect found the connector's configuration wrong." },
  CONNECTOR_NOT_OURS: {
    exit: 1,
    meaning: "A connector of that name exists and was not made by this program.",
  },
  CONNECTOR_EXISTS: {
    exit: 1,
    meaning: "A connector of that name exists already, with another configuration.",
  },
  CONNECTOR_UNKNOWN: {
    exit: 1,
    meaning: "There is no connector of that name, or none that the pattern matches.",
  },
  CONNECTOR_TASK_FAILED: {
    exit: 1,
    meaning: "The connector or one of its tasks failed; its root cause is shown.",
  },
  CONNECTOR_NOT_STOPPED: {
    exit: 1,
    meaning: "The offsets of a connector were to change, and it is not STOPPED.",
  },
  CONNECTOR_NOT_RUNNING: { exit: 1, meaning: "The connector and its tasks were not all RUNNING in time." },
  CONNECTOR_FILE_INVALID: {
    exit: 2,
    meaning: "Connector files cannot be read, or hold something that is no connector; all places are named.",
  },
  CONNECTORS_COLLIDE: {
    exit: 1,
    meaning:
      "Two connectors would read one replication slot, or a connector of that name reads another PostgreSQL.",
  },
  CONNECTOR_SECRET_UNKNOWN: {
    exit: 1,
    meaning: "The worker hides a secret that a change of the connector would lose.",
  },
  FILE_EXISTS: {
    exit: 1,
    meaning: "A file that would be written exists and holds something else; nothing was written.",
  },
  TEMPLATE_INVALID: { exit: 2, meaning: "The connector template is not JSON or has an unknown placeholder." },
  KAFKA_REFUSED: { exit: 1, meaning: "Kafka does not let the program do what it needs to." },
  KAFKA_UNREACHABLE: { exit: 1, meaning: "No Kafka broker answers." },
  NOT_PREPARED: { exit: 1, meaning: "The database has not been prepared for capture." },
  NOT_STREAMING: { exit: 3, meaning: "The connector did not begin to stream in time." },
  RECOVERY_UNSUPPORTED: { exit: 2, meaning: "The target's PostgreSQL is not this program's to back up." },
  BACKUP_FAILED: { exit: 1, meaning: "A base backup could not be made; nothing of it was kept." },
  BACKUP_MISSING: { exit: 1, meaning: "There is no base backup to restore from." },
  BACKUP_UNUSABLE: {
    exit: 1,
    meaning: "A base backup cannot be restored: WAL is missing, or it is of another version.",
  },
  WAL_NOT_ARCHIVED: { exit: 1, meaning: "PostgreSQL's WAL did not get into its archive." },
  RESTORE_OUT_OF_REACH: {
    exit: 1,
    meaning: "The archive does not lead to the point that was asked for; nothing was touched.",
  },
  RESTORE_FAILED: {
    exit: 1,
    meaning:
      "The restored server did not get to the point that was asked for; what there was before is kept.",
  },
  EVENT_NOT_SEEN: { exit: 3, meaning: "The event that was waited for did not arrive in time." },
  EVENT_WRONG: {
    exit: 1,
    meaning: "An event arrived, but does not say what was committed, or stands in the wrong order.",
  },
  EVENTS_LEFT_OUT: {
    exit: 1,
    meaning: "The publication or the connector leaves out the events that were to be proved.",
  },
  PROBE_ROW_INVALID: {
    exit: 2,
    meaning: "The row given with --row is no JSON object, or the table does not take it.",
  },
  TRANSACTIONS_NOT_TOLD: {
    exit: 1,
    meaning: "The connector does not tell where transactions begin and end, so they cannot be checked.",
  },
  SIGNALS_OFF: {
    exit: 1,
    meaning:
      "The connector takes no signals, so it cannot be asked for rows again; the hint has what to add.",
  },
  SNAPSHOT_NOT_DONE: {
    exit: 3,
    meaning: "The incremental snapshot that was asked for did not end in time.",
  },
  UNREAD_CHANGES: {
    exit: 1,
    meaning: "A replication slot would be dropped that holds changes which have not reached Kafka.",
  },
  SLOT_IN_USE: {
    exit: 1,
    meaning: "A replication slot would be dropped that is read, or of which nobody knows who reads it.",
  },
  TOPIC_UNREADABLE: {
    exit: 1,
    meaning: "Records of a topic are damaged, or compressed in a way that is not known.",
  },
  TOPIC_MISSING: { exit: 1, meaning: "Kafka has no topic for that table." },
  TABLE_NOT_CAPTURED: { exit: 1, meaning: "A table that was named is not captured." },
  NOT_COMPARABLE: {
    exit: 1,
    meaning: "The connector writes events in a way in which they cannot be compared with rows.",
  },
  KAFKA_CLUSTER_DIFFERS: {
    exit: 1,
    meaning: "Kafka Connect writes to another Kafka cluster than the one that would be read.",
  },
  TABLE_LOCKED: { exit: 1, meaning: "A table cannot be read: somebody holds it for long." },
  STANDBY_UNSUITABLE: {
    exit: 1,
    meaning: "The server to read from is no standby of the captured one, or too far behind it.",
  },
  READING_CUT_OFF: {
    exit: 1,
    meaning: "PostgreSQL ended the transaction in which rows were read, so there is no verdict.",
  },
  EVENTS_NOT_CONFIRMED: {
    exit: 3,
    meaning: "The connector did not confirm in time that all its events are in Kafka.",
  },
  ...KUBERNETES_ERROR_CODES,
  NOT_DEPLOYED: { exit: 1, meaning: "Nothing has been deployed from this directory." },
  INTERRUPTED: { exit: 130, meaning: "The run was interrupted." },
  INTERNAL: { exit: 1, meaning: "A fault of cdc-pipeline itself." },
} as const satisfies Record<string, { exit: 1 | 2 | 3 | 130; meaning: string }>;

export type ErrorCode = keyof typeof ERROR_CODES;

export { CdcError, foreseenError, toCdcError } from "./cdc-error.js";
