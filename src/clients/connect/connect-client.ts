/* The surface of the Kafka Connect REST API as this program uses it; paths are relative to a worker's URL. */

export type ConnectorConfig = Readonly<Record<string, string>>;

export interface ConnectorStatus {
  readonly name: string;
  readonly connector: TaskState;
  readonly tasks: readonly (TaskState & { readonly id: number })[];
  /** `source` or `sink`; missing where the worker does not know it. */
  readonly type?: string;
}

export interface TaskState {
  /** RUNNING, FAILED, PAUSED, STOPPED, UNASSIGNED, RESTARTING */
  readonly state: string;
  readonly worker_id: string;
  /** A Java stack trace, when FAILED. */
  readonly trace?: string;
}

export interface ClusterInfo {
  readonly version: string;
  readonly kafka_cluster_id: string;
}

export interface ConnectorPlugin {
  readonly class: string;
  /** `source`, `sink`, `converter`, `transformation`, …; empty where the worker does not know it. */
  readonly type: string;
  /** Empty where the worker does not know it. */
  readonly version: string;
}

/** What a plugin says of one of its settings. */
export interface PluginSetting {
  readonly name: string;
  /** STRING, INT, PASSWORD, … */
  readonly type: string;
  readonly required: boolean;
  /** null where it has none. */
  readonly default_value: string | null;
  /** HIGH, MEDIUM, LOW */
  readonly importance: string;
  readonly documentation: string;
}

export interface RegisteredConnector {
  readonly name: string;
  readonly config: ConnectorConfig;
  readonly status: ConnectorStatus | undefined;
  /** How many tasks it has made; some of them may have no status yet. Missing where the worker was not asked. */
  readonly taskCount?: number;
}

/** How far a connector has read one partition of its source. */
export interface StoredOffset {
  readonly partition: Readonly<Record<string, unknown>>;
  /** Whole numbers of 16 digits and more come as text. */
  readonly offset: Readonly<Record<string, unknown>> | null;
}

/** One field that `validate` objects to. */
export interface ConfigProblem {
  readonly field: string;
  readonly messages: readonly string[];
}

/** The state that a new connector begins in (Kafka 3.7 and later). */
export type InitialState = "RUNNING" | "PAUSED" | "STOPPED";

export interface LoggerLevel {
  /** null where it has none of its own. */
  readonly level: string | null;
}

/** The part of the Kafka Connect REST API that the program uses. */
export interface ConnectClient {
  /** Of the worker that is asked, without what could log in there. */
  readonly url: string;
  /** GET /health (Kafka 3.9 and later); an older worker is healthy when it lists its connectors. */
  health(): Promise<{ readonly healthy: boolean; readonly message: string }>;
  /** GET / */
  clusterInfo(): Promise<ClusterInfo>;
  /** GET /connector-plugins, with converters and the like where `all` (Kafka 3.2 and later) */
  plugins(options?: { readonly all: boolean }): Promise<readonly ConnectorPlugin[]>;
  /** GET /connector-plugins/{class}/config (Kafka 3.2 and later); undefined where there is no such plugin. */
  pluginSettings(type: string): Promise<readonly PluginSetting[] | undefined>;
  /** PUT /connector-plugins/{class}/config/validate: the fields that are wrong. */
  validate(config: ConnectorConfig): Promise<readonly ConfigProblem[]>;
  /** GET /connectors/{name}/config; undefined where there is none. */
  config(name: string): Promise<ConnectorConfig | undefined>;
  /** PUT /connectors/{name}/config */
  putConfig(name: string, config: ConnectorConfig): Promise<void>;
  /** PATCH /connectors/{name}/config (Kafka 3.8 and later); null takes a key away. */
  patchConfig(name: string, patch: Readonly<Record<string, string | null>>): Promise<void>;
  /** POST /connectors; `initialState` needs Kafka 3.7. */
  create(name: string, config: ConnectorConfig, initialState?: InitialState): Promise<void>;
  /** GET /connectors/{name}/status; undefined while the worker knows none. */
  status(name: string): Promise<ConnectorStatus | undefined>;
  /** GET /connectors?expand=status: all of them in one request. */
  statuses(): Promise<readonly ConnectorStatus[]>;
  /** GET /connectors?expand=info&expand=status: all of them in one request. */
  connectors(): Promise<readonly RegisteredConnector[]>;
  /** GET /connectors/{name}/offsets (Kafka 3.5 and later); undefined where the worker cannot tell. */
  offsets(name: string): Promise<readonly StoredOffset[] | undefined>;
  /** PATCH /connectors/{name}/offsets (Kafka 3.6 and later) of a connector that is STOPPED. @returns what the worker says */
  alterOffsets(name: string, offsets: readonly StoredOffset[]): Promise<string>;
  /** DELETE /connectors/{name}/offsets (Kafka 3.6 and later) of a connector that is STOPPED. @returns what the worker says */
  deleteOffsets(name: string): Promise<string>;
  /** GET /connectors/{name}/topics: those it has used since it was made, or since they were last reset. */
  topics(name: string): Promise<readonly string[]>;
  /** PUT /connectors/{name}/topics/reset */
  resetTopics(name: string): Promise<void>;
  /** POST /connectors/{name}/restart?includeTasks&onlyFailed (Kafka 3.0 and later) */
  restart(
    name: string,
    what: { readonly includeTasks: boolean; readonly onlyFailed: boolean },
  ): Promise<void>;
  /** POST /connectors/{name}/tasks/{id}/restart */
  restartTask(name: string, id: number): Promise<void>;
  /**
   * PUT /connectors/{name}/{stop, pause, resume} (`stop`: Kafka 3.5 and later). The worker answers before it is
   * done: the status tells when.
   */
  setState(name: string, wish: "stop" | "pause" | "resume"): Promise<void>;
  /** DELETE /connectors/{name}; one that is gone already is no failure. @returns whether it was there */
  deleteConnector(name: string): Promise<boolean>;
  /** GET /admin/loggers, of the worker that is asked. */
  loggers(): Promise<Readonly<Record<string, LoggerLevel>>>;
  /** PUT /admin/loggers/{logger}?scope= (`cluster`: Kafka 3.7 and later). */
  setLogger(logger: string, level: string, scope: "worker" | "cluster"): Promise<void>;
}
