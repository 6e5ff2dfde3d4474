import { describe, expect, it } from "vitest";

import { classifyFailure } from "../../../../src/connectors/watch/classify-failure.js";
import {
  MULTILINE_TRACE,
  NO_LOGIN_TRACE,
  NO_PUBLICATION_TRACE,
  NULL_POINTER_TRACE,
  PASSWORD_TRACE,
  PERMISSION_TRACE,
  PG_HBA_TRACE,
  REFUSED_TRACE,
  SHUTDOWN_TRACE,
  SINGLE_TRACE,
  SLOT_GONE_TRACE,
  SUPPRESSED_TRACE,
  UNKNOWN_HOST_TRACE,
} from "../../../support/java-traces.js";

describe("a failed task", () => {
  it.each([
    [
      "a password that was changed",
      PASSWORD_TRACE,
      'FATAL: password authentication failed for user "u_password"',
    ],
    ["a role that may not log in", NO_LOGIN_TRACE, 'FATAL: role "u_nologin" is not permitted to log in'],
    ["a role that pg_hba.conf rejects", PG_HBA_TRACE, "FATAL: pg_hba.conf rejects connection for host"],
    ["a publication that was dropped", NO_PUBLICATION_TRACE, "Publication autocreation is disabled"],
    ["a slot that was dropped", SLOT_GONE_TRACE, "is no longer available on the server"],
    ["a configuration with a wrong password", SINGLE_TRACE, "password authentication failed"],
    ["a right that is missing", MULTILINE_TRACE, "permission denied for table orders"],
    ["a role without replication", PERMISSION_TRACE, "must be superuser or replication role"],
  ])("of %s stays so, and is told what to do", (_what, trace, cause) => {
    const failure = classifyFailure(trace);
    expect(failure.class).toBe("lasting");
    expect(failure.cause).toContain(cause);
    expect(failure.hint).toMatch(/\w/);
  });

  it.each([
    [
      "a PostgreSQL that was shut down",
      SHUTDOWN_TRACE,
      "terminating connection due to administrator command",
    ],
    ["a PostgreSQL that is away", REFUSED_TRACE, "Connection refused"],
    ["a connection that was ended", SUPPRESSED_TRACE, "terminating connection due to administrator command"],
  ])("of %s may be restarted", (_what, trace, cause) => {
    expect(classifyFailure(trace)).toEqual({
      class: "passing",
      cause: expect.stringContaining(cause) as string,
    });
  });

  it("of a host whose name is not known may be restarted: a container that is down has none", () => {
    const failure = classifyFailure(UNKNOWN_HOST_TRACE);
    expect(failure).toMatchObject({
      class: "passing",
      cause: "java.net.UnknownHostException: postgres.internal",
    });
    expect(failure.hint).toContain("database.hostname");
  });

  it("of a fault in a program is neither, and its trace is pointed to", () => {
    const failure = classifyFailure(NULL_POINTER_TRACE);
    expect(failure).toMatchObject({ class: "unknown", cause: "java.lang.NullPointerException" });
    expect(failure.hint).toContain("connectors get NAME");
  });

  it("without a trace is of an unknown cause", () => {
    expect(classifyFailure("")).toMatchObject({ class: "unknown", cause: "no trace given" });
  });
});

/** What servers say, in their own words. */
const psql = (message: string) => `org.postgresql.util.PSQLException: ${message}`;
const MESSAGES: Readonly<Record<"passing" | "lasting" | "unknown", readonly string[]>> = {
  passing: [
    psql("FATAL: the database system is starting up"),
    psql("FATAL: the database system is shutting down"),
    psql("FATAL: the database system is in recovery mode"),
    psql("FATAL: the database system is not yet accepting connections"),
    psql("FATAL: sorry, too many clients already"),
    psql('FATAL: too many connections for role "debezium_user"'),
    psql("FATAL: remaining connection slots are reserved for roles with the SUPERUSER attribute"),
    psql("FATAL: number of requested standby connections exceeds max_wal_senders (currently 10)"),
    psql('ERROR: replication slot "debezium_shop_slot" is active for PID 4711'),
    psql("FATAL: terminating connection due to unexpected postmaster exit"),
    psql("An I/O error occurred while sending to the backend."),
    psql("Database connection failed when writing to copy"),
    psql("This connection has been closed."),
    psql("The connection attempt failed."),
    psql("ERROR: canceling statement due to lock timeout"),
    "java.net.ConnectException: Connection refused",
    "java.net.SocketException: Connection reset",
    "java.net.SocketTimeoutException: Read timed out",
    "java.io.EOFException",
    "java.net.NoRouteToHostException: No route to host",
    "org.apache.kafka.common.errors.TimeoutException: Topic shop not present in metadata after 60000 ms.",
    "org.apache.kafka.common.errors.DisconnectException",
    "org.apache.kafka.common.errors.NotLeaderOrFollowerException: For requests intended only for the leader",
    "org.apache.kafka.common.errors.RebalanceInProgressException: The group is rebalancing",
    "org.apache.kafka.clients.consumer.CommitFailedException: Offset commit cannot be completed",
  ],
  lasting: [
    psql('FATAL: no pg_hba.conf entry for replication connection from host "10.0.0.7", user "debezium_user"'),
    psql('FATAL: role "debezium_user" does not exist'),
    psql('FATAL: database "shop" does not exist'),
    psql('ERROR: publication "debezium_publication" does not exist'),
    psql('ERROR: can no longer get changes from replication slot "debezium_shop_slot"'),
    psql('ERROR: can no longer access replication slot "debezium_shop_slot"'),
    psql('ERROR: replication slot "debezium_shop_slot" does not exist'),
    psql("ERROR: requested WAL segment 00000001000000000000002A has already been removed"),
    psql("ERROR: all replication slots are in use"),
    psql("ERROR: permission denied to start WAL sender"),
    psql("ERROR: permission denied for table orders"),
    psql("ERROR: must be superuser or replication role to start walsender"),
    psql('ERROR: logical decoding requires "wal_level" >= "logical"'),
    psql('ERROR: could not access file "decoderbufs": No such file or directory'),
    psql('ERROR: could not extend file "base/16384/2619": No space left on device'),
    psql("The server requested SCRAM-based authentication, but no password was provided."),
    "org.apache.kafka.common.errors.TopicAuthorizationException: Not authorized to access topics: [shop]",
    "org.apache.kafka.common.errors.SaslAuthenticationException: Authentication failed",
    "org.apache.kafka.common.errors.RecordTooLargeException: The message is 1048663 bytes",
    "org.apache.kafka.common.config.ConfigException: Invalid value nope for configuration key.converter",
    "org.apache.kafka.connect.errors.ConnectException: Connector configuration is not valid.",
    "java.lang.NoClassDefFoundError: com/example/Transform",
  ],
  unknown: [
    "java.lang.IllegalStateException: The task is in a state that it should not be in",
    "org.apache.kafka.connect.errors.DataException: Invalid value: null used for required field",
    "java.lang.OutOfMemoryError: Java heap space",
    // A column's name, which means nothing.
    "org.apache.kafka.connect.errors.DataException: no field connection_state",
  ],
};

describe.each(Object.entries(MESSAGES))("a cause that is %s", (expected, messages) => {
  it.each(messages)("%s", (message) => {
    const trace = `org.apache.kafka.connect.errors.ConnectException: An exception occurred in the change event producer. This connector will be stopped.
\tat io.debezium.pipeline.ErrorHandler.setProducerThrowable(ErrorHandler.java:67)
Caused by: ${message}
\tat com.example.timeout.Refused.refused(Refused.java:1)
\t... 9 more`;
    expect(classifyFailure(trace).class).toBe(expected);
    expect(classifyFailure(message).class).toBe(expected);
  });
});

describe("of several exceptions", () => {
  it("one that lasts decides, though a connection was refused too", () => {
    const trace = `io.debezium.DebeziumException: could not connect
Caused by: ${psql('FATAL: database "shop" does not exist')}
Caused by: java.net.ConnectException: Connection refused`;
    expect(classifyFailure(trace)).toMatchObject({
      class: "lasting",
      cause: 'FATAL: database "shop" does not exist',
    });
  });

  it("one that was suppressed does not decide", () => {
    const trace = `java.lang.IllegalStateException: outer
\tat a.b.C.d(C.java:1)
\tSuppressed: ${psql('FATAL: database "shop" does not exist')}
\t\tat a.b.C.d(C.java:1)
\tCaused by: java.net.ConnectException: Connection refused`;
    expect(classifyFailure(trace).class).toBe("unknown");
  });
});
