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

/** The role's password was changed and its connections were ended. */
export const PASSWORD_TRACE = `org.apache.kafka.connect.errors.ConnectException: Non-retriable failure obtaining database encoding; failing task.
	at io.debezium.connector.postgresql.PostgresConnectorTask.start(PostgresConnectorTask.java:120)
	at io.debezium.connector.common.BaseSourceTask.startIfNeededAndPossible(BaseSourceTask.java:487)
	at io.debezium.connector.common.BaseSourceTask.poll(BaseSourceTask.java:357)
Caused by: io.debezium.DebeziumException: Couldn't obtain encoding for database d_password
	at io.debezium.connector.postgresql.connection.PostgresConnection.getDatabaseCharset(PostgresConnection.java:645)
	at io.debezium.connector.postgresql.PostgresConnectorTask.start(PostgresConnectorTask.java:115)
	... 13 more
Caused by: org.postgresql.util.PSQLException: FATAL: password authentication failed for user "u_password"
	at org.postgresql.core.v3.ConnectionFactoryImpl.doAuthentication(ConnectionFactoryImpl.java:837)
	at org.postgresql.core.v3.ConnectionFactoryImpl.tryConnect(ConnectionFactoryImpl.java:309)
	at org.postgresql.core.v3.ConnectionFactoryImpl.openConnectionImpl(ConnectionFactoryImpl.java:367)
	... 14 more
`;

/** The role may not log in any more. */
export const NO_LOGIN_TRACE = `org.apache.kafka.connect.errors.ConnectException: Non-retriable failure obtaining database encoding; failing task.
	at io.debezium.connector.postgresql.PostgresConnectorTask.start(PostgresConnectorTask.java:120)
	at io.debezium.connector.common.BaseSourceTask.startIfNeededAndPossible(BaseSourceTask.java:487)
	at io.debezium.connector.common.BaseSourceTask.poll(BaseSourceTask.java:357)
Caused by: io.debezium.DebeziumException: Couldn't obtain encoding for database d_nologin
	at io.debezium.connector.postgresql.connection.PostgresConnection.getDatabaseCharset(PostgresConnection.java:645)
	at io.debezium.connector.postgresql.PostgresConnectorTask.start(PostgresConnectorTask.java:115)
	... 13 more
Caused by: org.postgresql.util.PSQLException: FATAL: role "u_nologin" is not permitted to log in
	at org.postgresql.core.v3.QueryExecutorImpl.receiveErrorResponse(QueryExecutorImpl.java:2993)
	at org.postgresql.core.v3.QueryExecutorImpl.readStartupMessages(QueryExecutorImpl.java:3118)
	at org.postgresql.core.v3.QueryExecutorImpl.<init>(QueryExecutorImpl.java:251)
	... 14 more
`;

/** pg_hba.conf rejects the role. */
export const PG_HBA_TRACE = `org.apache.kafka.connect.errors.ConnectException: Non-retriable failure obtaining database encoding; failing task.
	at io.debezium.connector.postgresql.PostgresConnectorTask.start(PostgresConnectorTask.java:120)
	at io.debezium.connector.common.BaseSourceTask.startIfNeededAndPossible(BaseSourceTask.java:487)
	at io.debezium.connector.common.BaseSourceTask.poll(BaseSourceTask.java:357)
Caused by: io.debezium.DebeziumException: Couldn't obtain encoding for database d_hba
	at io.debezium.connector.postgresql.connection.PostgresConnection.getDatabaseCharset(PostgresConnection.java:645)
	at io.debezium.connector.postgresql.PostgresConnectorTask.start(PostgresConnectorTask.java:115)
	... 13 more
Caused by: org.postgresql.util.PSQLException: FATAL: pg_hba.conf rejects connection for host "127.0.0.1", user "u_hba", database "d_hba", no encryption
	at org.postgresql.core.v3.ConnectionFactoryImpl.doAuthentication(ConnectionFactoryImpl.java:837)
	at org.postgresql.core.v3.ConnectionFactoryImpl.tryConnect(ConnectionFactoryImpl.java:309)
	at org.postgresql.core.v3.ConnectionFactoryImpl.openConnectionImpl(ConnectionFactoryImpl.java:367)
	... 14 more
	Suppressed: org.postgresql.util.PSQLException: FATAL: pg_hba.conf rejects connection for host "127.0.0.1", user "u_hba", database "d_hba", no encryption
		at org.postgresql.core.v3.ConnectionFactoryImpl.doAuthentication(ConnectionFactoryImpl.java:837)
		at org.postgresql.core.v3.ConnectionFactoryImpl.tryConnect(ConnectionFactoryImpl.java:309)
		at org.postgresql.core.v3.ConnectionFactoryImpl.tryConnectWithoutSsl(ConnectionFactoryImpl.java:147)
		at org.postgresql.core.v3.ConnectionFactoryImpl.openConnectionImpl(ConnectionFactoryImpl.java:371)
		... 24 more
`;

/** The publication was dropped, and the connector may not make it. */
export const NO_PUBLICATION_TRACE = `org.apache.kafka.connect.errors.ConnectException: An exception occurred in the change event producer. This connector will be stopped.
	at io.debezium.pipeline.ErrorHandler.setProducerThrowable(ErrorHandler.java:67)
	at io.debezium.connector.postgresql.PostgresStreamingChangeEventSource.execute(PostgresStreamingChangeEventSource.java:222)
	at io.debezium.connector.postgresql.PostgresStreamingChangeEventSource.execute(PostgresStreamingChangeEventSource.java:54)
Caused by: org.apache.kafka.connect.errors.ConnectException: Publication autocreation is disabled, please create one and restart the connector.
	at io.debezium.connector.postgresql.connection.PostgresReplicationConnection.initPublication(PostgresReplicationConnection.java:242)
	at io.debezium.connector.postgresql.connection.PostgresReplicationConnection.initConnection(PostgresReplicationConnection.java:827)
	at io.debezium.connector.postgresql.connection.PostgresReplicationConnection.startStreaming(PostgresReplicationConnection.java:721)
	... 10 more
`;

/** The slot was dropped while the connector was STOPPED. */
export const SLOT_GONE_TRACE = `io.debezium.DebeziumException: The connector is trying to read change stream starting at PostgresOffsetContext [sourceInfoSchema=Schema{io.debezium.connector.postgresql.Source:STRUCT}, sourceInfo=source_info[server='p_shop'db='shop', lsn=LSN{0/4EBF608}, messageType=MESSAGE, lastCommitLsn=LSN{0/4EBF608}, timestamp=2026-11-25T13:58:17.182Z, snapshot=FALSE, schema=, table=], lastSnapshotRecord=false, lastCompletelyProcessedLsn=LSN{0/4EBF608}, lastCommitLsn=LSN{0/4EBF608}, streamingStoppingLsn=null, transactionContext=TransactionContext [currentTransactionId=null, perTableEventCount={}, totalEventCount=0], incrementalSnapshotContext=IncrementalSnapshotContext [windowOpened=false, chunkEndPosition=null, dataCollectionsToSnapshot=[], lastEventKeySent=null, maximumKey=null]], but this is no longer available on the server. Reconfigure the connector to use a snapshot mode when needed.
	at io.debezium.connector.common.BaseSourceTask.validateSchemaHistory(BaseSourceTask.java:165)
	at io.debezium.connector.postgresql.PostgresConnectorTask.start(PostgresConnectorTask.java:190)
	at io.debezium.connector.common.BaseSourceTask.start(BaseSourceTask.java:286)
`;

/** PostgreSQL was shut down. */
export const SHUTDOWN_TRACE = `io.debezium.DebeziumException: Unable to get last available log position
	at io.debezium.connector.postgresql.connection.PostgresConnection.validateLogPosition(PostgresConnection.java:995)
	at io.debezium.connector.common.BaseSourceTask.isLogPositionAvailable(BaseSourceTask.java:179)
	at io.debezium.connector.common.BaseSourceTask.validateSchemaHistory(BaseSourceTask.java:149)
Caused by: org.postgresql.util.PSQLException: FATAL: terminating connection due to administrator command
	at org.postgresql.core.v3.QueryExecutorImpl.receiveErrorResponse(QueryExecutorImpl.java:2993)
	at org.postgresql.core.v3.QueryExecutorImpl.processResults(QueryExecutorImpl.java:2656)
	at org.postgresql.core.v3.QueryExecutorImpl.execute(QueryExecutorImpl.java:446)
	... 16 more
`;

/** PostgreSQL is away when the task starts anew. */
export const REFUSED_TRACE = `io.debezium.DebeziumException: Creation of replication slot failed
	at io.debezium.connector.postgresql.PostgresConnectorTask.tryToCreateSlot(PostgresConnectorTask.java:329)
	at io.debezium.connector.postgresql.PostgresConnectorTask.start(PostgresConnectorTask.java:197)
	at io.debezium.connector.common.BaseSourceTask.startIfNeededAndPossible(BaseSourceTask.java:487)
Caused by: org.postgresql.util.PSQLException: Connection to 127.0.0.1:5432 refused. Check that the hostname and port are correct and that the postmaster is accepting TCP/IP connections.
	at org.postgresql.core.v3.ConnectionFactoryImpl.openConnectionImpl(ConnectionFactoryImpl.java:427)
	at org.postgresql.core.ConnectionFactory.openConnection(ConnectionFactory.java:52)
	at org.postgresql.jdbc.PgConnection.<init>(PgConnection.java:295)
	... 14 more
Caused by: java.net.ConnectException: Connection refused
	at java.base/sun.nio.ch.Net.pollConnect(Native Method)
	at java.base/sun.nio.ch.Net.pollConnectNow(Net.java:672)
	at java.base/sun.nio.ch.NioSocketImpl.timedFinishConnect(NioSocketImpl.java:547)
	... 25 more
`;
