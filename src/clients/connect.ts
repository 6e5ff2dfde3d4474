import {
  clusterInfoAnswer,
  configAnswer,
  connectorsAnswer,
  offsetsAnswer,
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
import { parseExactly } from "./parse-exactly.js";

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

export interface ConnectorPlugin {
  readonly class: string;
  /** Empty where the worker does not know it. */
  readonly version: string;
}

export interface RegisteredConnector {
  readonly name: string;
  readonly config: ConnectorConfig;
  readonly status: ConnectorStatus | undefined;
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

/** The part of the Kafka Connect REST API that the pipeline uses. */
export interface ConnectClient {
  readonly url: string;
  /** GET /health (Kafka 3.9 and later); an older worker is healthy when it lists its connectors. */
  health(): Promise<{ readonly healthy: boolean; readonly message: string }>;
  /** GET / */
  clusterInfo(): Promise<ClusterInfo>;
  /** GET /connector-plugins */
  plugins(): Promise<readonly ConnectorPlugin[]>;
  /** PUT /connector-plugins/{class}/config/validate: the fields that are wrong. */
  validate(config: ConnectorConfig): Promise<readonly ConfigProblem[]>;
  /** GET /connectors/{name}/config; undefined where there is none. */
  config(name: string): Promise<ConnectorConfig | undefined>;
  /** PUT /connectors/{name}/config */
  putConfig(name: string, config: ConnectorConfig): Promise<void>;
  /** GET /connectors/{name}/status; undefined while the worker knows none. */
  status(name: string): Promise<ConnectorStatus | undefined>;
  /** GET /connectors?expand=status: all of them in one request. */
  statuses(): Promise<readonly ConnectorStatus[]>;
  /** GET /connectors?expand=info&expand=status: all of them in one request. */
  connectors(): Promise<readonly RegisteredConnector[]>;
  /** GET /connectors/{name}/offsets (Kafka 3.5 and later); undefined where the worker cannot tell. */
  offsets(name: string): Promise<readonly StoredOffset[] | undefined>;
  /** POST /connectors/{name}/restart of what failed. */
  restartFailed(name: string): Promise<void>;
  /**
   * PUT /connectors/{name}/{stop, pause, resume} (`stop`: Kafka 3.5 and later). The worker answers before it is
   * done: the status tells when.
   */
  setState(name: string, wish: "stop" | "pause" | "resume"): Promise<void>;
  /** DELETE /connectors/{name}/offsets (Kafka 3.6 and later) of a connector that is STOPPED. */
  deleteOffsets(name: string): Promise<void>;
  /** DELETE /connectors/{name}; one that is gone already is no failure. */
  deleteConnector(name: string): Promise<void>;
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
    plugins: async () => expect(await get("/connector-plugins"), url, pluginsAnswer),
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
    async connectors() {
      const answer = expect(await get("/connectors?expand=info&expand=status"), url, connectorsAnswer);
      return Object.entries(answer).flatMap(([name, { info, status }]) =>
        info === undefined ? [] : [{ name, config: info.config, status }],
      );
    },
    async offsets(name) {
      const request = { method: "GET", url: path(name, "/offsets"), transformResponse: parseExactly };
      const answer = await send(request);
      return answer.status === 200 ? expect(answer, url, offsetsAnswer).offsets : undefined;
    },
    async restartFailed(name) {
      const restart = path(name, "/restart?includeTasks=true&onlyFailed=true");
      expectDone(await send({ method: "POST", url: restart, data: {} }), url);
    },
    async setState(name, wish) {
      // Without a body axios names a form's type, which the worker refuses.
      const request = { method: "PUT", url: path(name, `/${wish}`), data: {}, timeout: WRITE_TIMEOUT_MS };
      expectDone(await send(request), url);
    },
    async deleteOffsets(name) {
      const request = { method: "DELETE", url: path(name, "/offsets"), timeout: WRITE_TIMEOUT_MS };
      expectDone(await send(request), url);
    },
    async deleteConnector(name) {
      const answer = await send({ method: "DELETE", url: path(name, ""), timeout: WRITE_TIMEOUT_MS });
      if (answer.status !== 404) expectDone(answer, url);
    },
  };
}
