/** `passing`: mends by itself; `lasting`: somebody has to do something first; `unknown`: nobody can tell. */
export type FailureClass = "passing" | "lasting" | "unknown";

/** A cause of failures, told by what PostgreSQL, Kafka, Debezium or Java say. */
export interface FailureKind {
  readonly class: FailureClass;
  /** Found in a line of the trace that holds a message, never in its frames. */
  readonly pattern: RegExp;
  /** What to do about it, NAME being the connector's; missing where waiting is all there is to do. */
  readonly hint?: string;
}

const NEW_SNAPSHOT =
  "changes were lost: delete the connector with its offsets, drop the slot and register again for a new snapshot (cdc-pipeline doctor has the commands)";
const THEN_RESTART = "; then cdc-pipeline connectors restart NAME";

const lasting = (pattern: RegExp, remedy: string): FailureKind => ({
  class: "lasting",
  pattern,
  hint: remedy === NEW_SNAPSHOT ? remedy : `${remedy}${THEN_RESTART}`,
});
const passing = (pattern: RegExp): FailureKind => ({ class: "passing", pattern });

const LOGIN =
  "correct database.user and database.password of the connector, or the role's password in PostgreSQL";
const PREPARE = "cdc-pipeline prepare DATABASE makes what is missing in PostgreSQL";

/**
 * The first kind that fits is the one: exact words of a server stand before general ones, and what a server refuses
 * before what happened to a connection.
 */
export const FAILURE_KINDS: readonly FailureKind[] = [
  // PostgreSQL refuses
  lasting(
    /password authentication failed|no password was provided|empty password|authentication type .* is not supported/i,
    LOGIN,
  ),
  lasting(
    /no pg_hba\.conf entry|pg_hba\.conf rejects/i,
    "allow the role, the database and the worker's address in pg_hba.conf, and reload it",
  ),
  lasting(/role ".*" (?:does not exist|is not permitted to log in)/i, PREPARE),
  lasting(
    /database ".*" (?:does not exist|is not currently accepting connections)/i,
    "correct database.dbname of the connector, or make the database",
  ),
  lasting(/publication ".*" does not exist|Publication autocreation is disabled/i, PREPARE),
  lasting(
    /can no longer (?:get changes from|access) replication slot|slot .* (?:has been|was) invalidated|requested WAL segment .* has already been removed|no longer available on the server/i,
    NEW_SNAPSHOT,
  ),
  lasting(/replication slot ".*" does not exist/i, NEW_SNAPSHOT),
  lasting(
    /all replication slots are in use/i,
    "raise max_replication_slots and restart PostgreSQL, or drop slots that nobody reads",
  ),
  lasting(
    /logical decoding requires "?wal_level/i,
    "ALTER SYSTEM SET wal_level = logical, and restart PostgreSQL",
  ),
  lasting(
    /could not access file "?\w*decoderbufs|could not access file "?\$libdir/i,
    "set plugin.name to pgoutput",
  ),
  lasting(
    /permission denied|must be superuser|must be owner of|lacks? .*REPLICATION|insufficient privilege/i,
    PREPARE,
  ),
  lasting(/No space left on device|could not extend file|disk (?:is )?full/i, "free space on that disk"),
  // Kafka refuses
  lasting(
    /(?:Sasl|Ssl)AuthenticationException|(?:Topic|Group|Cluster|TransactionalId)AuthorizationException|Not authorized to access/,
    "give the connector's user its rights in Kafka, or correct its login",
  ),
  lasting(
    /RecordTooLargeException/,
    "raise producer.override.max.request.size of the connector and max.message.bytes of the topic",
  ),
  // What comes and goes
  {
    class: "passing",
    // The name of a container that is down is not known either.
    pattern: /UnknownHostException/,
    hint: "if it stays so, check database.hostname of the connector: the worker cannot resolve it",
  },
  passing(
    /the database system is (?:starting up|shutting down|in recovery mode|not (?:yet )?accepting connections)/i,
  ),
  passing(
    /too many connections|too many clients|remaining connection slots are reserved|exceeds max_wal_senders/i,
  ),
  passing(/replication slot ".*" is active for PID/i),
  passing(
    /terminating connection due to|terminating walsender|canceling statement due to|deadlock detected/i,
  ),
  passing(
    /connection (?:.* )?(?:refused|reset|closed|timed out)|ConnectException: Connection|NoRouteToHost|Broken pipe/i,
  ),
  passing(
    /I\/O error occurred while sending|Database connection failed when|connection (?:has been|was) (?:closed|aborted)/i,
  ),
  passing(/timed? ?out|timeout/i),
  passing(
    /EOFException|connection attempt failed|Network is unreachable|Temporary failure in name resolution/i,
  ),
  passing(
    /(?:Disconnect|Network|NotLeaderOrFollower|LeaderNotAvailable|NotEnoughReplicas|CoordinatorNotAvailable|NotCoordinator|BrokerNotAvailable|RebalanceInProgress|UnknownMemberId|CommitFailed)\w*Exception/,
  ),
  passing(/rebalanc/i),
  // General words, where nothing more exact was said
  lasting(
    /ConfigException|configuration is (?:not valid|invalid)|ClassNotFoundException|NoClassDefFoundError/i,
    "correct the connector's configuration: cdc-pipeline connectors get NAME shows it",
  ),
];
