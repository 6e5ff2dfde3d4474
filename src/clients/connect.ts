import {
  clusterInfoAnswer,
  configAnswer,
  infosAnswer,
  pluginsAnswer,
  statusAnswer,
  statusesAnswer,
  validationAnswer,
} from "./connect-answers.js";
import {
  type ConnectClientOptions,
  createSend,
  expectAnswer as expect,
  expectDone,
  messageOf,
} from "./connect-http.js";

export type { ConnectClientOptions } from "./connect-http.js";

export type ConnectorConfig = Readonly<Record<string, string>>;

export interface ConnectorStatus {
  readonly name: string;
  readonly connector: TaskState;
  readonly tasks: readonly (TaskState & { readonly id: number })[];
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

/** One field that `validate` objects to. */
export interface ConfigProblem {
  readonly field: string;
  readonly messages: readonly string[];
}

/** The part of the Kafka Connect REST API that the pipeline uses. */
export interface ConnectClient {
  readonly url: string;
  /** GET /health (Kafka 3.9 and later); an older worker is healthy when it lists its connectors. */
  health(): Promise<{ readonly healthy: boolean; readonly message: string }>;
  /** GET / */
  clusterInfo(): Promise<ClusterInfo>;
  /** GET /connector-plugins: the class names there are. */
  plugins(): Promise<readonly string[]>;
  /** PUT /connector-plugins/{class}/config/validate: the fields that are wrong. */
  validate(config: ConnectorConfig): Promise<readonly ConfigProblem[]>;
  /** GET /connectors/{name}/config; undefined where there is none. */
  config(name: string): Promise<ConnectorConfig | undefined>;
  /** GET /connectors?expand=info: the configurations of all connectors in one request. */
  configs(): Promise<readonly ConnectorConfig[]>;
  /** PUT /connectors/{name}/config */
  putConfig(name: string, config: ConnectorConfig): Promise<void>;
  /** GET /connectors/{name}/status; undefined while the worker knows none. */
  status(name: string): Promise<ConnectorStatus | undefined>;
  /** GET /connectors?expand=status: all of them in one request. */
  statuses(): Promise<readonly ConnectorStatus[]>;
  /** POST /connectors/{name}/restart of what failed. */
  restartFailed(name: string): Promise<void>;
}

/** A write may wait for a validation of 60 s, and gives up by itself after 90. */
const WRITE_TIMEOUT_MS = 100_000;

/** @param url base URL of a worker */
export function createConnectClient(url: string, options: ConnectClientOptions = {}): ConnectClient {
  const send = createSend(url, options);
  const get = (path: string) => send({ method: "GET", url: path });
  const path = (name: string, rest: string) => `/connectors/${encodeURIComponent(name)}${rest}`;
  return {
    url,
    async health() {
      const answer = await get("/health");
      if (answer.status === 404) {
        const { status } = await get("/connectors");
        return { healthy: status === 200, message: `GET /connectors answers ${status}` };
      }
      return { healthy: answer.status === 200, message: messageOf(answer) };
    },
    clusterInfo: async () => expect(await get("/"), url, clusterInfoAnswer),
    async plugins() {
      const plugins = expect(await get("/connector-plugins"), url, pluginsAnswer);
      return plugins.map((plugin) => plugin.class);
    },
    async validate(config) {
      const type = encodeURIComponent(config["connector.class"] ?? "");
      const answer = await send({
        method: "PUT",
        url: `/connector-plugins/${type}/config/validate`,
        data: config,
        timeout: WRITE_TIMEOUT_MS,
      });
      return expect(answer, url, validationAnswer)
        .configs.map(({ value }) => ({ field: value.name, messages: value.errors }))
        .filter(({ messages }) => messages.length > 0);
    },
    async config(name) {
      const answer = await get(path(name, "/config"));
      return answer.status === 404 ? undefined : expect(answer, url, configAnswer);
    },
    async configs() {
      const answer = expect(await get("/connectors?expand=info"), url, infosAnswer);
      return Object.values(answer).map(({ info }) => info.config);
    },
    async putConfig(name, config) {
      const request = { method: "PUT", url: path(name, "/config"), data: config, timeout: WRITE_TIMEOUT_MS };
      expectDone(await send(request), url);
    },
    async status(name) {
      const answer = await get(path(name, "/status"));
      return answer.status === 404 ? undefined : expect(answer, url, statusAnswer);
    },
    async statuses() {
      const answer = expect(await get("/connectors?expand=status"), url, statusesAnswer);
      return Object.values(answer).map(({ status }) => status);
    },
    async restartFailed(name) {
      const restart = path(name, "/restart?includeTasks=true&onlyFailed=true");
      expectDone(await send({ method: "POST", url: restart, data: {} }), url);
    },
  };
}
