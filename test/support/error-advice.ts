import type { ErrorCode } from "../../src/errors.js";

/** What to do about each error, for docs/errors.md. The error's own hint is more exact where it has one. */
export const ERROR_ADVICE: Readonly<Record<ErrorCode, string>> = {
  USAGE: "Read `cdc-pipeline --help` or `cdc-pipeline COMMAND --help`.",
  CONFIG_INVALID:
    "Correct the places that the message lists. [configuration.md](configuration.md) has every key and variable.",
  CONFIG_UNREADABLE: "Check the path, its rights, and the YAML at the line and column named.",
  SCHEMA_UNREADABLE:
    "Name a plain SQL file in UTF-8. Of an archive of pg_dump make one: `pg_restore --no-owner --file schema.sql ARCHIVE`.",
  SCHEMA_UNSUPPORTED:
    "Change the line named: only SQL is run, psql is not involved. The hint says what to write.",
  SCHEMA_FAILED:
    "Correct the statement at the line named and run the command again. The database was not made, so nothing has to be removed.",
  JAVA_MISSING: "Install Java 17 or newer, or set `local.javaHome` or `JAVA_HOME`.",
  JAVA_TOO_OLD: "Install Java 17 or newer beside it and set `local.javaHome` or `JAVA_HOME`.",
  MAVEN_MISSING: "Install Maven. It is needed once, until the jars are in the cache.",
  MAVEN_FAILED:
    "Check the network, a proxy and Maven's `settings.xml`; the hint has the command to try by hand.",
  JARS_DIFFER:
    "Find out who changed it: a mirror, Maven's local repository, or somebody who may write to the cache. Then do what the hint says.",
  POSTGRES_BINARIES_MISSING:
    "Install the package with its optional dependencies, or use servers that exist: `--target external`.",
  PATH_NOT_WRITABLE: "Run it in a folder you may write to, or set `stateDir` and `cacheDir`.",
  SERVICE_USER_MISSING: "Run the command as an ordinary user, or add a user `postgres`.",
  LOCKED: "Wait for the other run. If none runs any more, delete `lock` in the state folder.",
  STATE_UNREADABLE:
    "`cdc-pipeline down` ends the servers of the directory and puts the file aside; their data stays.",
  SERVER_DIED: "Read the log lines in the message; `cdc-pipeline logs SERVER` has more.",
  SERVER_NOT_READY: "Read `cdc-pipeline logs SERVER`; give it more time with `--timeout SECONDS`.",
  DOCKER_MISSING: "Install Docker, or use servers without it: `--target local`.",
  DOCKER_UNREACHABLE:
    "Start Docker, or correct `DOCKER_HOST` and `docker context use`. Where permission is denied, ask to be added to the group `docker`.",
  COMPOSE_MISSING:
    "Install the plugin `docker compose`, version 2 (Debian, Ubuntu: `apt-get install docker-compose-plugin`).",
  COMPOSE_FILE_INVALID: "Correct the compose file, or leave `compose.file` out for that of the package.",
  COMPOSE_NOT_OURS: "Set `compose.project` to another name. What is there is left alone.",
  COMPOSE_FAILED: "Read Docker's own words in the message.",
  IMAGE_UNAVAILABLE: "Check the name and the network; the hint has the command to try by hand.",
  PORT_TAKEN: "End what has the port, or set another one; the hint names the setting.",
  DATA_OF_OTHER_VERSION:
    "Use the image of that version (`compose.postgresImage`), or dump the data with it and start afresh: `cdc-pipeline down --volumes --yes`.",
  TESTCONTAINERS_MISSING: "Run `npm install --save-dev testcontainers@11`.",
  POSTGRES_UNREACHABLE:
    "Run `cdc-pipeline status`. For the external target check `postgres.host` and `postgres.port`.",
  POSTGRES_REFUSED:
    "Check `postgres.adminUser` and `postgres.adminPassword`, and the server's `pg_hba.conf`.",
  POSTGRES_FAILED: "Read PostgreSQL's own words in the message; `--verbose` shows the SQL.",
  WAL_LEVEL_NOT_LOGICAL: "Run `ALTER SYSTEM SET wal_level = logical;` and restart PostgreSQL.",
  DATABASE_MISSING: "Create it, or give an SQL file to make it from: `--schema FILE`.",
  DATABASE_UNSUITABLE: "Name another database, or run the statement of the hint.",
  SCHEMA_MISSING: "Correct `debezium.schemas` or `--schemas`; the hint lists the schemas there are.",
  SERVER_IN_RECOVERY: "Set `postgres.host` and `postgres.port` to the primary.",
  SLOTS_EXHAUSTED:
    "Raise the setting named and restart PostgreSQL, or drop slots that nobody reads any more.",
  DATABASE_NAME_INVALID: "Use a name of 1 to 63 bytes.",
  ROLE_UNSUITABLE:
    "Set `debezium.password` to the role's password, give Debezium a role of its own with `debezium.user`, or say `--adopt` to have the role changed.",
  SUPERUSER_NEEDED: "Set `postgres.adminUser` to a superuser, or have one run the SQL of the hint.",
  RIGHT_MISSING: "Have the owner or a superuser run the SQL of the hint.",
  PUBLICATION_UNSUITABLE: "Say `--adopt` to have it changed, or set `debezium.publication` to another name.",
  PUBLICATION_IN_USE: "Do what the hint says. It is never dropped while a slot exists.",
  TABLES_WITHOUT_IDENTITY:
    "Add a primary key to the tables named, or run the `ALTER TABLE … REPLICA IDENTITY …;` of the hint.",
  SEVERAL_FAILED: "Look up each code in the message here; then run the same command again.",
  CONNECT_UNREACHABLE: "Run `cdc-pipeline status`. For the external target check `connect.url`.",
  CONNECT_TOO_OLD: "Do what the hint says instead, or use a newer Kafka Connect.",
  CONNECT_FAILED: "Read the worker's answer in the message and its log.",
  CONNECTOR_CLASS_MISSING:
    "Install Debezium's PostgreSQL connector in the worker's `plugin.path` and restart it.",
  CONNECTOR_NAME_INVALID: "Use another name: `.` and `..` mean other places in an address.",
  CONNECTOR_INVALID:
    "Correct the fields named. `cdc-pipeline prepare DATABASE` makes what they refer to in PostgreSQL.",
  CONNECTOR_EXISTS:
    "Look at it with `cdc-pipeline connectors get NAME`; then take another name or remove it.",
  CONNECTOR_UNKNOWN:
    "`cdc-pipeline connectors list` shows the names; a pattern is quoted, so that the shell leaves it alone: `'shop-*'`.",
  CONNECTOR_NOT_OURS:
    "If this program may change it, say `--adopt`. The hint lists the keys that would change.",
  CONNECTOR_TASK_FAILED:
    "Remove the cause named in the message, then run `cdc-pipeline register DATABASE`: it restarts what failed.",
  CONNECTOR_NOT_STOPPED:
    "Stop it: `cdc-pipeline connectors stop NAME`. After the change, `cdc-pipeline connectors resume NAME`.",
  CONNECTOR_NOT_RUNNING:
    "Resume it where it is paused (the hint has the request). Else read `cdc-pipeline logs connect`, or give it more time with `--timeout SECONDS`.",
  CONNECTOR_FILE_INVALID:
    "Correct the places named, each with its line and column. `cdc-pipeline connectors export` writes files that are right.",
  CONNECTORS_COLLIDE:
    "Give one of them another `slot.name` (or name). For a PostgreSQL that only has moved: `--adopt --yes`. For another one: delete the connector that is there, or use a Kafka Connect of its own.",
  CONNECTOR_SECRET_UNKNOWN: "Give the key in the file, best as `${env:NAME}` or `${file:PATH}`.",
  FILE_EXISTS: "Look at the files named; `--overwrite` replaces them. Or choose another folder with `--out`.",
  TEMPLATE_INVALID:
    "Correct the template. [connectors/README.md](../connectors/README.md) lists the placeholders.",
  KAFKA_UNREACHABLE: "Run `cdc-pipeline status`. For the external target check `kafka.brokers`.",
  NOT_PREPARED: "Run `cdc-pipeline prepare DATABASE`.",
  NOT_STREAMING:
    "A snapshot may still run: `cdc-pipeline verify DATABASE --timeout SECONDS`. For a lost slot do what the hint says.",
  EVENT_NOT_SEEN:
    "Look at the connector: `cdc-pipeline status`, `cdc-pipeline logs connect`; then verify again.",
  RECOVERY_UNSUPPORTED: "Use the backups that the server's owner makes.",
  BACKUP_FAILED: "Put right what the message names, and run `cdc-pipeline backup` again.",
  BACKUP_MISSING: "Run `cdc-pipeline backup`. From its end on, any point can be restored.",
  BACKUP_UNUSABLE: "Take a new one, or restore with the version that the message names.",
  WAL_NOT_ARCHIVED:
    "Free the archive's disk or correct its rights; `cdc-pipeline logs postgres` has the words of the archiver.",
  RESTORE_OUT_OF_REACH: "Choose a point from what can be restored; `cdc-pipeline backup list` shows it.",
  RESTORE_FAILED: "Read the server's own words in the message, and choose another `--to`.",
  TRANSACTIONS_NOT_TOLD:
    'Add `"provide.transaction.metadata": "true"` to the connector\'s template and register it again; transactions from then on can be checked.',
  SIGNALS_OFF:
    "Make the table that the hint names, let Debezium write to it, add the settings to the connector's template and register it again.",
  SNAPSHOT_NOT_DONE:
    "Give it more time with `--timeout SECONDS`. Debezium goes on with a snapshot that it has begun, so `cdc-pipeline reconcile` may find all well later.",
  UNREAD_CHANGES:
    "Let the connector catch up while nobody writes, and run it again; `--force` loses them. The next `up` takes a new snapshot either way.",
  SLOT_IN_USE:
    "End the reader that the message names, or bring Kafka Connect back with `cdc-pipeline deploy`, and run it again.",
  TOPIC_UNREADABLE:
    "Look at the batch with `kafka-dump-log.sh` on the broker, and read on behind it: `events --from offset:…`.",
  KAFKA_REFUSED: "Give the client the ACLs that the hint names.",
  EVENT_WRONG:
    "Look for transforms and column settings in the connector: `cdc-pipeline connectors get NAME`; where there are none, report it to Debezium.",
  EVENTS_LEFT_OUT: "Change the setting that the message names, or do not ask for that event.",
  PROBE_ROW_INVALID: "Correct the row as the message says; nothing of it was kept.",
  TOPIC_MISSING: "Check the name; the hint lists the tables that have a topic.",
  TABLE_NOT_CAPTURED: "Check the name; the message says why the table is left out.",
  NOT_COMPARABLE: "Read the message: it names the connector's setting. `verify` works with such a connector.",
  KAFKA_CLUSTER_DIFFERS: "Set `kafka.brokers` to those that the Connect worker writes to.",
  TABLE_LOCKED:
    "Wait until the session that holds the table has ended; the hint has the query that finds it.",
  STANDBY_UNSUITABLE:
    "Name a standby of the captured server with `--read-from`, or leave it out to read from the server itself.",
  READING_CUT_OFF:
    "Run it again. On a standby set `hot_standby_feedback = on`, so that it does not end long reading.",
  EVENTS_NOT_CONFIRMED:
    "Give it more time with `--timeout SECONDS`; `cdc-pipeline doctor` says how far behind the connector is.",
  KUBERNETES_NOT_OURS:
    "Take another namespace with `--namespace`, or hand the object over with the label that the hint names.",
  KUBERNETES_IMMUTABLE:
    "Set the setting named back, or make the StatefulSet anew with `--cascade=orphan`; its data stay.",
  KUBERNETES_CREDENTIALS_DIFFER:
    "Set the settings named to what the database was made with. To change a password, change it in PostgreSQL and in the Secret.",
  KAFKA_NOT_CHOSEN:
    "Set `connect.url` and `kafka.brokers`, or deploy a single Kafka and Kafka Connect with `--with-kafka`.",
  NOT_DEPLOYED: "Run `cdc-pipeline deploy`, or change to the folder that it was run in.",
  KUBECONFIG_INVALID:
    "Set `KUBECONFIG` or `k8s.kubeconfig`, or name one of the contexts that the message lists.",
  CLUSTER_UNREACHABLE: "Try `kubectl get --raw /readyz`. Check the address, the network and a VPN.",
  CLUSTER_REFUSED: "Log in anew the way your cluster has it; `kubectl auth whoami` shows who you are.",
  CLUSTER_RIGHT_MISSING: "Have an administrator of the cluster run the commands of the hint.",
  CLUSTER_FAILED: "Read the API server's words in the message, and run the command again.",
  NAMESPACE_UNSUITABLE: "Make it with `kubectl create namespace NAME`, or wait until the old one is gone.",
  QUOTA_EXCEEDED: "Have the quota raised, or ask for less: the message names the quota and the amounts.",
  OBJECT_CONFLICT:
    "Leave the fields named to the other program, or have it give them up. Nothing was changed.",
  OBJECT_REFUSED: "Correct what the message names. A field that cannot be changed needs a new object.",
  POD_COMMAND_FAILED: "Look at the pod: `kubectl describe pod NAME`.",
  TUNNEL_FAILED: "Look at the pod: `kubectl describe pod NAME`; the hint has the command to try by hand.",
  ROLLOUT_FAILED: "Remove the cause named in the message and run the command again.",
  ROLLOUT_NOT_READY: "Remove the cause named in the message, or give it more time with `--timeout SECONDS`.",
  INTERRUPTED: "Run the command again: each stage goes on from what is there.",
  INTERNAL: "Run it again with `--verbose` and report what it prints.",
};
