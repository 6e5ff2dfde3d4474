/* Stack traces as a Kafka Connect worker puts them into a task's status. */

const WORKER_FRAMES = `	at org.apache.kafka.connect.runtime.WorkerSourceTask.initializeAndStart(WorkerSourceTask.java:282)
	at org.apache.kafka.connect.runtime.WorkerTask.doStart(WorkerTask.java:177)
	at org.apache.kafka.connect.runtime.WorkerTask.doRun(WorkerTask.java:224)
	at java.base/java.lang.Thread.run(Thread.java:840)`;

/** Three levels: what the worker saw, what Debezium made of it, what PostgreSQL said. */
export const PERMISSION_TRACE = `org.apache.kafka.connect.errors.ConnectException: An exception occurred in the change event producer. This connector will be stopped.
	at io.debezium.pipeline.ErrorHandler.setProducerThrowable(ErrorHandler.java:75)
	at io.debezium.connector.postgresql.PostgresStreamingChangeEventSource.execute(PostgresStreamingChangeEventSource.java:228)
	at java.base/java.lang.Thread.run(Thread.java:840)
Caused by: io.debezium.DebeziumException: Creation of replication slot failed; the role may lack the right to it
	at io.debezium.connector.postgresql.connection.PostgresReplicationConnection.createReplicationSlot(PostgresReplicationConnection.java:412)
	... 5 more
Caused by: org.postgresql.util.PSQLException: ERROR: must be superuser or replication role to use replication slots
	at org.postgresql.core.v3.QueryExecutorImpl.receiveErrorResponse(QueryExecutorImpl.java:2733)
	at org.postgresql.core.v3.QueryExecutorImpl.processResults(QueryExecutorImpl.java:2420)
	... 9 more
`;

/** The innermost exception's message goes on over several lines. */
export const MULTILINE_TRACE = `org.apache.kafka.connect.errors.ConnectException: Error while processing event at offset {lsn=27311872}
${WORKER_FRAMES}
Caused by: org.postgresql.util.PSQLException: ERROR: permission denied for table orders
  Where: parallel worker
  Location: File: aclchk.c, Routine: aclcheck_error, Line: 3650
	at org.postgresql.core.v3.QueryExecutorImpl.receiveErrorResponse(QueryExecutorImpl.java:2733)
	... 12 more
`;

/** One exception, with no other behind it. */
export const SINGLE_TRACE = `org.apache.kafka.connect.errors.ConnectException: Connector configuration is not valid. Unable to connect: FATAL: password authentication failed for user "debezium_user"
${WORKER_FRAMES}
`;

/** The innermost exception has no message; its class is all there is. */
export const NULL_POINTER_TRACE = `org.apache.kafka.connect.errors.ConnectException: Tolerance exceeded in error handler
${WORKER_FRAMES}
Caused by: java.lang.NullPointerException
	at io.debezium.relational.TableSchemaBuilder.lambda$create$0(TableSchemaBuilder.java:98)
	... 4 more
`;

/** The innermost exception's message is a bare name, which says nothing without its class. */
export const UNKNOWN_HOST_TRACE = `io.debezium.DebeziumException: Could not connect to the database
${WORKER_FRAMES}
Caused by: org.postgresql.util.PSQLException: The connection attempt failed.
	at org.postgresql.core.v3.ConnectionFactoryImpl.openConnectionImpl(ConnectionFactoryImpl.java:385)
	... 7 more
Caused by: java.net.UnknownHostException: postgres.internal
	at java.base/sun.nio.ch.NioSocketImpl.connect(NioSocketImpl.java:567)
	... 14 more
`;

/** A suppressed exception, printed inside its owner, has a cause of its own, which is not the owner's. */
export const SUPPRESSED_TRACE = `java.lang.IllegalStateException: outer
	at io.debezium.connector.common.BaseSourceTask.poll(BaseSourceTask.java:301)
	Suppressed: java.io.IOException: could not be closed
		at io.debezium.jdbc.JdbcConnection.close(JdbcConnection.java:980)
		... 3 more
	Caused by: java.lang.InterruptedException: sleep interrupted
		at java.base/java.lang.Thread.sleep(Native Method)
		... 3 more
Caused by: org.postgresql.util.PSQLException: FATAL: terminating connection due to administrator command
	at org.postgresql.core.v3.QueryExecutorImpl.receiveErrorResponse(QueryExecutorImpl.java:2733)
	... 3 more
`;
