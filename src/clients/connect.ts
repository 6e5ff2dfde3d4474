import axios, { type AxiosInstance, type AxiosResponse } from "axios";

import { CdcError } from "../errors.js";

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
  /** PUT /connectors/{name}/config */
  putConfig(name: string, config: ConnectorConfig): Promise<void>;
  /** GET /connectors/{name}/status; undefined while the worker knows none. */
  status(name: string): Promise<ConnectorStatus | undefined>;
  /** GET /connectors?expand=status: all of them in one request. */
  statuses(): Promise<readonly ConnectorStatus[]>;
  /** POST /connectors/{name}/restart of what failed. */
  restartFailed(name: string): Promise<void>;
}

/** Reads answer at once; a write may wait for a validation of 60 s, and gives up by itself after 90. */
const READ_TIMEOUT_MS = 10_000;
const WRITE_TIMEOUT_MS = 100_000;

/**
 * @param url base URL of a worker
 * @param signal aborts requests that are under way
 */
export function createConnectClient(url: string, signal?: AbortSignal): ConnectClient {
  const http = axios.create({
    baseURL: url,
    timeout: READ_TIMEOUT_MS,
    proxy: false,
    validateStatus: () => true,
    ...(signal === undefined ? {} : { signal }),
  });
  const path = (name: string, rest: string) => `/connectors/${encodeURIComponent(name)}${rest}`;
  return {
    url,
    async health() {
      const answer = await send(http, { method: "GET", url: "/health" });
      if (answer.status === 404) {
        const { status } = await send(http, { method: "GET", url: "/connectors" });
        return { healthy: status === 200, message: `GET /connectors answers ${status}` };
      }
      return { healthy: answer.status === 200, message: messageOf(answer) };
    },
    clusterInfo: async () => expect<ClusterInfo>(await send(http, { method: "GET", url: "/" }), url),
    async plugins() {
      const answer = await send(http, { method: "GET", url: "/connector-plugins" });
      return expect<{ class: string }[]>(answer, url).map((plugin) => plugin.class);
    },
    async validate(config) {
      const type = encodeURIComponent(config["connector.class"] ?? "");
      const answer = await send(http, {
        method: "PUT",
        url: `/connector-plugins/${type}/config/validate`,
        data: config,
        timeout: WRITE_TIMEOUT_MS,
      });
      return expect<ValidationAnswer>(answer, url)
        .configs.map(({ value }) => ({ field: value.name, messages: value.errors }))
        .filter(({ messages }) => messages.length > 0);
    },
    async config(name) {
      const answer = await send(http, { method: "GET", url: path(name, "/config") });
      return answer.status === 404 ? undefined : expect<ConnectorConfig>(answer, url);
    },
    async putConfig(name, config) {
      const request = { method: "PUT", url: path(name, "/config"), data: config, timeout: WRITE_TIMEOUT_MS };
      expect(await send(http, request), url);
    },
    async status(name) {
      const answer = await send(http, { method: "GET", url: path(name, "/status") });
      return answer.status === 404 ? undefined : expect<ConnectorStatus>(answer, url);
    },
    async statuses() {
      const answer = await send(http, { method: "GET", url: "/connectors?expand=status" });
      return Object.values(expect<Record<string, { status: ConnectorStatus }>>(answer, url)).map(
        ({ status }) => status,
      );
    },
    async restartFailed(name) {
      const request = { method: "POST", url: path(name, "/restart?includeTasks=true&onlyFailed=true") };
      expect(await send(http, request), url);
    },
  };
}

interface ValidationAnswer {
  readonly configs: readonly { readonly value: { readonly name: string; readonly errors: string[] } }[];
}

/** The request's own error holds the body, with the password in it: only its message goes on. */
async function send(
  http: AxiosInstance,
  request: Parameters<AxiosInstance["request"]>[0],
): Promise<AxiosResponse> {
  try {
    return await http.request(request);
  } catch (error) {
    if (axios.isCancel(error)) throw new DOMException("interrupted", "AbortError");
    const why = axios.isAxiosError(error) ? (error.code ?? error.message) : String(error);
    throw new CdcError(
      "CONNECT_UNREACHABLE",
      `Kafka Connect at ${http.defaults.baseURL ?? ""} does not answer: ${why}`,
      {
        hint: "cdc-pipeline status",
      },
    );
  }
}

// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the one place that trusts Connect's shapes
function expect<T>(answer: AxiosResponse, url: string): T {
  if (answer.status >= 200 && answer.status < 300 && typeof answer.data !== "string") return answer.data as T;
  if (answer.status >= 200 && answer.status < 300 && answer.data === "") return undefined as T;
  throw new CdcError(
    "CONNECT_FAILED",
    `Kafka Connect at ${url} answers ${answer.status}: ${messageOf(answer)}`,
    {
      details: { status: answer.status },
    },
  );
}

/** What the worker says, never more than one line of it; a proxy's HTML is named as such. */
function messageOf(answer: AxiosResponse): string {
  const data: unknown = answer.data;
  if (typeof data === "object" && data !== null && "message" in data) return String(data.message);
  if (typeof data === "string" && data.trimStart().startsWith("<"))
    return "an HTML page, not Kafka Connect's JSON";
  return `HTTP ${answer.status}`;
}
