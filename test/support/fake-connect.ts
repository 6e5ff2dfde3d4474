import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

import type { ConnectorConfig, ConnectorStatus } from "../../src/clients/connect/connect-client.js";

export const POSTGRES_CONNECTOR = "io.debezium.connector.postgresql.PostgresConnector";

export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  readonly contentType: string;
  readonly body: unknown;
}

/** What a status request sees: no connector yet, or the states of the connector and its tasks. */
export type Sight = "missing" | States;
interface States {
  readonly connector: string;
  readonly tasks: readonly TaskSight[];
}
type TaskSight = string | { readonly state: string; readonly trace: string };

export const RUNNING: States = { connector: "RUNNING", tasks: ["RUNNING"] };
const STATES: Readonly<Record<string, States>> = {
  "/stop": { connector: "STOPPED", tasks: [] },
  "/pause": { connector: "PAUSED", tasks: ["PAUSED"] },
  "/resume": RUNNING,
};
export const NO_TASK: States = { connector: "RUNNING", tasks: [] };
export const RESTARTING: States = { connector: "RUNNING", tasks: ["RESTARTING"] };
export const failed = (trace: string): States => ({
  connector: "RUNNING",
  tasks: [{ state: "FAILED", trace }],
});

/** How to answer instead of as a worker would. */
export type Trick =
  | { readonly status: number; readonly json: unknown }
  | { readonly status: number; readonly html: string }
  /** JSON as it is sent: with numbers that JavaScript would round. */
  | { readonly status: number; readonly text: string }
  /** The answer quotes the request's body, as proxies do in their error pages. */
  | { readonly status: number; readonly echo: true }
  | { readonly closeConnection: true }
  /** As a worker would, but late. */
  | { readonly delayMs: number };

export interface Misbehaviour {
  /** Compared with `METHOD /path`. */
  readonly on: RegExp;
  /** For how many requests; without it, for ever. */
  readonly times?: number;
  readonly trick: Trick;
}

export interface FakeConnect {
  readonly url: string;
  readonly requests: readonly RecordedRequest[];
  /** `METHOD /path` of the requests that may change something; a validation does not. */
  writes(): string[];
  /** The configurations that there are, by name. */
  readonly configs: Map<string, ConnectorConfig>;
  /** The class names of the plugins. */
  plugins: string[];
  /** By class name; a plugin without one here has none. */
  pluginVersions: Readonly<Record<string, string>>;
  /** Of Kafka. */
  version: string;
  clusterId: string;
  /** What each connector has stored, as Kafka Connect answers it. */
  readonly offsets: Map<string, unknown>;
  /** The fields that a validation objects to. */
  fieldErrors: Readonly<Record<string, readonly string[]>>;
  /** What the status requests see from now on, one after the other; the last one stays. */
  showNext(name: string, ...sights: readonly Sight[]): void;
  /** The same, from the next restart on. */
  showAfterRestart(name: string, ...sights: readonly Sight[]): void;
  /** Called when a connector was stopped, paused or resumed, with its new state. */
  onState: (name: string, state: string) => void;
  misbehave(misbehaviour: Misbehaviour): void;
  close(): Promise<void>;
}

/** A small Kafka Connect worker without Kafka: it keeps what it is told and can be told to misbehave. */
export async function startFakeConnect(): Promise<FakeConnect> {
  const requests: RecordedRequest[] = [];
  const tricks: { on: RegExp; left: number; trick: Trick }[] = [];
  const worker = createWorker();
  const server = createServer((request, response) => {
    void (async () => {
      const recorded = await record(request);
      requests.push(recorded);
      const line = `${recorded.method} ${recorded.path}`;
      const found = tricks.find(({ on, left }) => left > 0 && on.test(line));
      if (found !== undefined) found.left -= 1;
      await answer(response, recorded, found?.trick, worker);
    })();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return Object.assign(worker.knobs, {
    url: `http://127.0.0.1:${port}`,
    requests,
    writes: () =>
      requests
        .filter(({ method, path }) => method !== "GET" && !path.endsWith("/validate"))
        .map(({ method, path }) => `${method} ${path}`),
    misbehave: ({ on, times = Infinity, trick }: Misbehaviour) =>
      void tricks.push({ on, left: times, trick }),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  });
}

interface Reply {
  readonly status: number;
  readonly json?: unknown;
}

function createWorker() {
  const configs = new Map<string, ConnectorConfig>();
  const sights = new Map<string, Sight[]>();
  const afterRestart = new Map<string, Sight[]>();
  const offsets = new Map<string, unknown>();
  const knobs = {
    configs,
    offsets,
    version: "4.3.1",
    clusterId: "fake",
    pluginVersions: { [POSTGRES_CONNECTOR]: "3.7.0.Final" } as Readonly<Record<string, string>>,
    plugins: [POSTGRES_CONNECTOR, "org.apache.kafka.connect.mirror.MirrorSourceConnector"],
    onState: (() => undefined) as FakeConnect["onState"],
    fieldErrors: {} as Readonly<Record<string, readonly string[]>>,
    showNext: (name: string, ...next: readonly Sight[]) => void sights.set(name, [...next]),
    showAfterRestart: (name: string, ...next: readonly Sight[]) => void afterRestart.set(name, [...next]),
  };

  const look = (name: string): Sight => {
    const next = sights.get(name) ?? [];
    return (next.length > 1 ? next.shift() : next[0]) ?? RUNNING;
  };

  const describe = (name: string) => {
    const version = knobs.pluginVersions[name];
    return { class: name, type: "source", ...(version === undefined ? {} : { version }) };
  };

  const expand = () =>
    Object.fromEntries(
      [...configs].map(([name, config]) => {
        const sight = look(name);
        const info = { name, config, tasks: [], type: "source" };
        return [name, sight === "missing" ? { info } : { info, status: statusOf(name, sight) }];
      }),
    );

  /** As a worker answers it: one without a status is left out. */
  const expandStatuses = () =>
    Object.fromEntries(
      [...configs.keys()].flatMap((name) => {
        const sight = look(name);
        return sight === "missing" ? [] : [[name, { status: statusOf(name, sight) }]];
      }),
    );

  const create = (body: unknown): Reply => {
    const {
      name,
      config,
      initial_state: state,
    } = body as {
      readonly name: string;
      readonly config: ConnectorConfig;
      readonly initial_state?: string;
    };
    if (configs.has(name)) return fault(409, `Connector ${name} already exists`);
    configs.set(name, { ...config, name });
    const sight = Object.values(STATES).find(({ connector }) => connector === state);
    if (sight !== undefined) sights.set(name, [sight]);
    return { status: 201, json: { name, config: configs.get(name), tasks: [], type: "source" } };
  };

  const onConnector = (method: string, name: string, rest: string, body: unknown): Reply => {
    const config = configs.get(name);
    if (method === "PUT" && rest === "/config") {
      configs.set(name, { ...(body as ConnectorConfig), name });
      const made = { name, config: configs.get(name), tasks: [], type: "source" };
      return { status: config === undefined ? 201 : 200, json: made };
    }
    if (config === undefined) return fault(404, `Connector ${name} not found`);
    if (method === "GET" && rest === "/config") return { status: 200, json: config };
    if (method === "GET" && rest === "/offsets") {
      return { status: 200, json: offsets.get(name) ?? { offsets: [] } };
    }
    if (method === "GET" && rest === "/status") {
      const sight = look(name);
      if (sight === "missing") return fault(404, `No status found for connector ${name}`);
      return { status: 200, json: statusOf(name, sight) };
    }
    const wish = method === "PUT" ? STATES[rest] : undefined;
    if (wish !== undefined) {
      sights.set(name, [wish]);
      knobs.onState(name, wish.connector);
      return { status: 202 };
    }
    if (method === "DELETE" && rest === "/offsets") {
      const sight = look(name);
      if (sight === "missing" || sight.connector !== "STOPPED")
        return fault(400, `Connector ${name} must be STOPPED`);
      offsets.delete(name);
      return {
        status: 200,
        json: { message: "The offsets for this connector have been reset successfully" },
      };
    }
    if (method === "DELETE" && rest === "") {
      configs.delete(name);
      return { status: 204 };
    }
    if (method === "POST" && /^(?:\/tasks\/\d+)?\/restart/.test(rest)) {
      const next = afterRestart.get(name);
      if (next !== undefined) sights.set(name, [...next]);
      return { status: 202, json: statusOf(name, RESTARTING) };
    }
    return fault(405, "HTTP 405 Method Not Allowed");
  };

  const reply = ({ method, path, body, contentType }: RecordedRequest): Reply => {
    if (contentType !== "" && contentType !== "application/json") {
      return fault(415, "HTTP 415 Unsupported Media Type");
    }
    const connector = /^\/connectors\/([^/?]+)(\/.*|)$/.exec(path);
    if (connector !== null) {
      return onConnector(method, decodeURIComponent(connector[1] ?? ""), connector[2] ?? "", body);
    }
    if (path === "/") {
      return { status: 200, json: { version: knobs.version, kafka_cluster_id: knobs.clusterId } };
    }
    if (path === "/connectors" && method === "POST") return create(body);
    if (path === "/connectors?expand=status") return { status: 200, json: expandStatuses() };
    if (path === "/connectors?expand=info&expand=status") return { status: 200, json: expand() };
    if (path === "/connectors?expand=status") {
      const withStatus = Object.entries(expand()).filter(([, entry]) => "status" in entry);
      return { status: 200, json: Object.fromEntries(withStatus) };
    }
    if (path === "/health")
      return { status: 200, json: { status: "healthy", message: "Worker has started" } };
    if (path === "/connector-plugins") {
      return { status: 200, json: knobs.plugins.map(describe) };
    }
    if (path.endsWith("/config/validate")) return { status: 200, json: validation(body, knobs.fieldErrors) };
    return fault(404, "HTTP 404 Not Found");
  };
  return { knobs, reply };
}

const fault = (status: number, message: string): Reply => ({ status, json: { error_code: status, message } });

function statusOf(name: string, sight: States): ConnectorStatus {
  const worker_id = "127.0.0.1:8083";
  return {
    name,
    connector: { state: sight.connector, worker_id },
    tasks: sight.tasks.map((task, id) => ({
      id,
      worker_id,
      ...(typeof task === "string" ? { state: task } : task),
    })),
  };
}

/** Each field with its value, as a worker answers. */
function validation(body: unknown, fieldErrors: FakeConnect["fieldErrors"]): unknown {
  const fields = { ...(body as Record<string, string>) };
  for (const name of Object.keys(fieldErrors)) fields[name] ??= "";
  const configs = Object.entries(fields).map(([name, value]) => ({
    definition: { name, type: "STRING" },
    value: { name, value, recommended_values: [], errors: fieldErrors[name] ?? [], visible: true },
  }));
  return { name: POSTGRES_CONNECTOR, error_count: Object.keys(fieldErrors).length, groups: [], configs };
}

async function record(request: IncomingMessage): Promise<RecordedRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString("utf8");
  return {
    method: request.method ?? "",
    path: request.url ?? "",
    contentType: request.headers["content-type"] ?? "",
    body: text === "" ? undefined : (JSON.parse(text) as unknown),
  };
}

async function answer(
  response: ServerResponse,
  request: RecordedRequest,
  trick: Trick | undefined,
  worker: ReturnType<typeof createWorker>,
): Promise<void> {
  if (trick !== undefined && "closeConnection" in trick) {
    response.destroy();
    return;
  }
  if (trick !== undefined && "html" in trick) {
    response.writeHead(trick.status, { "content-type": "text/html" }).end(trick.html);
    return;
  }
  if (trick !== undefined && "text" in trick) {
    response.writeHead(trick.status, { "content-type": "application/json" }).end(trick.text);
    return;
  }
  if (trick !== undefined && "delayMs" in trick) await delay(trick.delayMs, undefined, { ref: false });
  const { status, json } = replyOf(request, trick, worker);
  response.writeHead(status, { "content-type": "application/json" });
  response.end(json === undefined ? undefined : JSON.stringify(json));
}

function replyOf(
  request: RecordedRequest,
  trick: Trick | undefined,
  worker: ReturnType<typeof createWorker>,
): Reply {
  if (trick !== undefined && "echo" in trick) {
    return fault(trick.status, `Unexpected failure while handling ${JSON.stringify(request.body)}`);
  }
  return trick !== undefined && "json" in trick ? trick : worker.reply(request);
}
