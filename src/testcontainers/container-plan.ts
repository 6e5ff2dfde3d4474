import { CAPTURE_SETTINGS } from "../targets/postgres-settings.js";
import type { ServerName } from "../targets/target.js";

export interface ContainerWishes {
  readonly images: Readonly<Record<ServerName, string>>;
  /** Goes before what is set here, by server. */
  readonly environment: Readonly<Record<ServerName, Readonly<Record<string, string>>>>;
  /** Goes before what is set here: `{ max_connections: "50" }`. */
  readonly postgresSettings: Readonly<Record<string, string>>;
}

/** One container to start. */
export interface ContainerPlan {
  readonly server: ServerName;
  readonly image: string;
  /** Its name for the other containers of its network. */
  readonly alias: string;
  /** The port inside the container that this process connects to. */
  readonly port: number;
  /** The port for the other containers of its network. */
  readonly portInNetwork: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly command: readonly string[];
}

export type ContainerPlans = Readonly<Record<ServerName, ContainerPlan>>;

/** For a quick start of a JVM that does not live long. */
const JVM_FLAGS = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC";
const KAFKA_PORT_IN_NETWORK = 19_092;

/** What Kafka tells clients of itself is known once its port is published; until then its container waits. */
const ADVERTISED_FILE = "/tmp/advertised-listeners";
const WAIT_FOR_ADDRESS = `until [ -f ${ADVERTISED_FILE} ]; do sleep 0.1; done; \
KAFKA_ADVERTISED_LISTENERS=$(cat ${ADVERTISED_FILE}) exec /etc/kafka/docker/run`;

/** @param id lower-case letters and digits; keeps the names of two sets in one network apart */
export function planContainers(id: string, wishes: ContainerWishes): ContainerPlans {
  const { images, environment, postgresSettings } = wishes;
  const kafka = `kafka-${id}`;
  return {
    postgres: {
      server: "postgres",
      image: images.postgres,
      alias: `postgres-${id}`,
      port: 5432,
      portInNetwork: 5432,
      environment: {
        POSTGRES_USER: "admin",
        POSTGRES_PASSWORD: "password123",
        POSTGRES_DB: "mydb",
        POSTGRES_INITDB_ARGS: "--no-sync",
        ...environment.postgres,
      },
      command: ["postgres", ...settingArguments(postgresSettings)],
    },
    kafka: {
      server: "kafka",
      image: images.kafka,
      alias: kafka,
      port: 9092,
      portInNetwork: KAFKA_PORT_IN_NETWORK,
      environment: { ...kafkaEnvironment(), ...environment.kafka },
      command: ["sh", "-c", WAIT_FOR_ADDRESS],
    },
    connect: {
      server: "connect",
      image: images.connect,
      alias: `connect-${id}`,
      port: 8083,
      portInNetwork: 8083,
      environment: {
        ...connectEnvironment(`${kafka}:${KAFKA_PORT_IN_NETWORK}`),
        ...environment.connect,
      },
      command: [],
    },
  };
}

/** The command that hands Kafka's container its address, whole or not at all. */
export function tellAddressCommand(plan: ContainerPlan, host: string, port: number): string[] {
  const listeners = `EXTERNAL://${bracketed(host)}:${port},INTERNAL://${plan.alias}:${plan.portInNetwork}`;
  const write = `printf %s "$1" > ${ADVERTISED_FILE}.new && mv ${ADVERTISED_FILE}.new ${ADVERTISED_FILE}`;
  return ["sh", "-c", write, "sh", listeners];
}

/** A host as it stands before `:port`. */
export const bracketed = (host: string): string => (host.includes(":") ? `[${host}]` : host);

function settingArguments(settings: Readonly<Record<string, string>>): string[] {
  const all = {
    ...CAPTURE_SETTINGS,
    // The data end with the container: nothing has to outlive a crash.
    fsync: "off",
    full_page_writes: "off",
    ...settings,
  };
  return Object.entries(all).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
}

function kafkaEnvironment(): Record<string, string> {
  return {
    KAFKA_NODE_ID: "1",
    KAFKA_PROCESS_ROLES: "broker,controller",
    KAFKA_LISTENERS: `EXTERNAL://:9092,INTERNAL://:${KAFKA_PORT_IN_NETWORK},CONTROLLER://:9093`,
    KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: "EXTERNAL:PLAINTEXT,INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT",
    KAFKA_INTER_BROKER_LISTENER_NAME: "INTERNAL",
    KAFKA_CONTROLLER_LISTENER_NAMES: "CONTROLLER",
    KAFKA_CONTROLLER_QUORUM_VOTERS: "1@localhost:9093",
    KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: "1",
    KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS: "1",
    KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: "1",
    KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: "1",
    KAFKA_TRANSACTION_STATE_LOG_NUM_PARTITIONS: "1",
    KAFKA_SHARE_COORDINATOR_STATE_TOPIC_REPLICATION_FACTOR: "1",
    KAFKA_SHARE_COORDINATOR_STATE_TOPIC_MIN_ISR: "1",
    KAFKA_SHARE_COORDINATOR_STATE_TOPIC_NUM_PARTITIONS: "1",
    KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: "0",
    KAFKA_HEAP_OPTS: "-Xms128m -Xmx512m",
    KAFKA_JVM_PERFORMANCE_OPTS: JVM_FLAGS,
  };
}

function connectEnvironment(brokers: string): Record<string, string> {
  return {
    BOOTSTRAP_SERVERS: brokers,
    GROUP_ID: "cdc-pipeline",
    CONFIG_STORAGE_TOPIC: "connect_configs",
    OFFSET_STORAGE_TOPIC: "connect_offsets",
    STATUS_STORAGE_TOPIC: "connect_statuses",
    CONNECT_OFFSET_STORAGE_PARTITIONS: "1",
    CONNECT_STATUS_STORAGE_PARTITIONS: "1",
    CONNECT_RECONNECT_BACKOFF_MAX_MS: "50",
    CONNECT_SCHEDULED_REBALANCE_MAX_DELAY_MS: "0",
    // Reads the plugins' lists instead of all their classes: seconds faster.
    CONNECT_PLUGIN_DISCOVERY: "service_load",
    HEAP_OPTS: "-Xms128m -Xmx512m",
    KAFKA_JVM_PERFORMANCE_OPTS: JVM_FLAGS,
  };
}
