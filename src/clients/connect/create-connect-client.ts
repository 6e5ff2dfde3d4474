import { parseExactly } from "../parse-exactly.js";
import { messageOf } from "./answer-text.js";
import {
  clusterInfoAnswer,
  configAnswer,
  connectorsAnswer,
  loggersAnswer,
  messageAnswer,
  offsetsAnswer,
  pluginsAnswer,
  pluginSettingsAnswer,
  statusAnswer,
  statusesAnswer,
  topicsAnswer,
  validationAnswer,
} from "./answers.js";
import type { ConnectClient } from "./connect-client.js";
import type { ConnectEndpoint } from "./connect-endpoint.js";
import { expectDone } from "./connect-failures.js";
import { type ConnectClientOptions, createSend, expectAnswer as expect } from "./connect-http.js";
import { connectorPath, pathSegment } from "./connector-path.js";
import { createFreshNames } from "./fresh-names.js";
import { expandOneByOne, isNames, restartFailedOneByOne } from "./old-workers.js";
import { type Gated, requireVersion } from "./version-gates.js";
import { createWrites } from "./writes.js";

/** A validation may take 60 s, and a worker gives up by itself after 90. */
const WRITE_TIMEOUT_MS = 100_000;

/** A client for the workers of one Kafka Connect. */
export function createConnectClient(
  endpoint: ConnectEndpoint,
  options: ConnectClientOptions = {},
): ConnectClient {
  const { url } = endpoint;
  const { writeTimeoutMs = WRITE_TIMEOUT_MS } = options;
  const send = createSend(endpoint, options);
  const fresh = createFreshNames(options);
  const get = (path: string) => send({ method: "GET", url: path });
  const readConfig = async (name: string) => {
    const answer = await get(connectorPath(name, "/config"));
    return answer.status === 404 ? undefined : expect(answer, url, configAnswer);
  };
  const writes = createWrites({ send, url, timeoutMs: writeTimeoutMs, readConfig });
  let info: ReturnType<ConnectClient["clusterInfo"]> | undefined;
  const clusterInfo = () => {
    // A failure is not kept: the next request may find a worker.
    info ??= get("/")
      .then((answer) => expect(answer, url, clusterInfoAnswer))
      .catch((error: unknown) => {
        info = undefined;
        throw error;
      });
    return info;
  };
  const needs = async (feature: Gated) => requireVersion(feature, (await clusterInfo()).version, url);
  /** An old worker answers 404 or 405 to what it does not know, which also has other reasons. */
  const write = async (method: string, where: string, data?: object, feature?: Gated) => {
    const answer = await writes.send(method, where, data);
    if (feature !== undefined && (answer.status === 404 || answer.status === 405)) await needs(feature);
    expectDone(answer, url);
    return answer;
  };
  const status: ConnectClient["status"] = async (name) => {
    const answer = await fresh.find(name, () => get(connectorPath(name, "/status")));
    return answer.status === 404 ? undefined : expect(answer, url, statusAnswer);
  };
  return {
    url,
    async health() {
      const look = (where: string) => send({ method: "GET", url: where }, { asIs: true });
      const answer = await look("/health");
      if (answer.status === 404) {
        const { status: found } = await look("/connectors");
        return { healthy: found === 200, message: `GET /connectors answers ${found}` };
      }
      return { healthy: answer.status === 200, message: messageOf(answer) };
    },
    clusterInfo,
    async plugins({ all } = { all: false }) {
      return expect(await get(`/connector-plugins${all ? "?connectorsOnly=false" : ""}`), url, pluginsAnswer);
    },
    async pluginSettings(type) {
      const answer = await get(`/connector-plugins/${pathSegment(type)}/config`);
      return answer.status === 404 ? undefined : expect(answer, url, pluginSettingsAnswer);
    },
    async validate(config) {
      const type = pathSegment(config["connector.class"] ?? "");
      const where = `/connector-plugins/${type}/config/validate`;
      const answer = await send({ method: "PUT", url: where, data: config, timeout: writeTimeoutMs });
      return expect(answer, url, validationAnswer)
        .configs.map(({ value }) => ({ field: value.name, messages: value.errors }))
        .filter(({ messages }) => messages.length > 0);
    },
    async config(name) {
      const answer = await fresh.find(name, () => get(connectorPath(name, "/config")));
      return answer.status === 404 ? undefined : expect(answer, url, configAnswer);
    },
    async putConfig(name, config) {
      if (await writes.putConfig(connectorPath(name, "/config"), name, config)) fresh.add(name);
    },
    async patchConfig(name, patch) {
      await write("PATCH", connectorPath(name, "/config"), patch, "patchConfig");
    },
    async create(name, config, initialState) {
      // Older ones would not say that they have not understood it.
      if (initialState !== undefined) await needs("initialState");
      await writes.create(name, config, initialState);
      fresh.add(name);
    },
    status,
    async statuses() {
      const answer = await get("/connectors?expand=status");
      if (isNames(answer.data)) return expandOneByOne(answer.data, status);
      return Object.values(expect(answer, url, statusesAnswer)).map((entry) => entry.status);
    },
    async connectors() {
      const answer = await get("/connectors?expand=info&expand=status");
      if (isNames(answer.data)) {
        return expandOneByOne(answer.data, async (name) => {
          const [config, found] = await Promise.all([readConfig(name), status(name)]);
          return config && { name, config, status: found, taskCount: found?.tasks.length ?? 0 };
        });
      }
      return Object.entries(expect(answer, url, connectorsAnswer)).flatMap(([name, entry]) =>
        entry.info === undefined
          ? []
          : [{ name, config: entry.info.config, status: entry.status, taskCount: entry.info.tasks.length }],
      );
    },
    async offsets(name) {
      const request = {
        method: "GET",
        url: connectorPath(name, "/offsets"),
        transformResponse: parseExactly,
      };
      const answer = await send(request);
      return answer.status === 200 ? expect(answer, url, offsetsAnswer).offsets : undefined;
    },
    async alterOffsets(name, offsets) {
      const answer = await write("PATCH", connectorPath(name, "/offsets"), { offsets }, "changeOffsets");
      return expect(answer, url, messageAnswer).message;
    },
    async deleteOffsets(name) {
      const answer = await write("DELETE", connectorPath(name, "/offsets"), undefined, "changeOffsets");
      return expect(answer, url, messageAnswer).message;
    },
    async topics(name) {
      const answer = await get(connectorPath(name, "/topics"));
      if (answer.status === 404) await needs("topics");
      return expect(answer, url, topicsAnswer)[name]?.topics ?? [];
    },
    async resetTopics(name) {
      await write("PUT", connectorPath(name, "/topics/reset"), {}, "topics");
    },
    async restart(name, { includeTasks, onlyFailed }) {
      const where = connectorPath(name, `/restart?includeTasks=${includeTasks}&onlyFailed=${onlyFailed}`);
      const answer = await write("POST", where, {});
      // A worker before 3.0 does not read the query, and restarts the connector without its tasks.
      if (answer.status !== 204 || !includeTasks) return;
      await restartFailedOneByOne(await status(name), onlyFailed, (id) => this.restartTask(name, id));
    },
    async restartTask(name, id) {
      await write("POST", connectorPath(name, `/tasks/${id}/restart`), {});
    },
    async setState(name, wish) {
      await write("PUT", connectorPath(name, `/${wish}`), {}, wish === "stop" ? "stop" : undefined);
    },
    async deleteConnector(name) {
      const wasThere = await writes.deleteConnector(connectorPath(name, ""), name);
      fresh.forget(name);
      return wasThere;
    },
    async loggers() {
      return expect(await get("/admin/loggers"), url, loggersAnswer);
    },
    async setLogger(logger, level, scope) {
      if (scope === "cluster") await needs("clusterLoggers");
      await write("PUT", `/admin/loggers/${pathSegment(logger)}?scope=${scope}`, { level });
    },
  };
}
