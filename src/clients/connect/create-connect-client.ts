import { parseExactly } from "../parse-exactly.js";
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
import {
  type ConnectClientOptions,
  createSend,
  expectAnswer as expect,
  expectDone,
  messageOf,
} from "./connect-http.js";

/** A write may wait for a validation of 60 s, and gives up by itself after 90. */
const WRITE_TIMEOUT_MS = 100_000;

/** A client for the workers of one Kafka Connect. */
export function createConnectClient(
  { url }: ConnectEndpoint,
  options: ConnectClientOptions = {},
): ConnectClient {
  const send = createSend(url, options);
  const get = (path: string) => send({ method: "GET", url: path });
  const path = (name: string, rest: string) => `/connectors/${encodeURIComponent(name)}${rest}`;
  /** A request without a body of its own needs an empty one: without it axios names a form's type, which the worker refuses. */
  const write = async (method: string, where: string, data?: object) => {
    const answer = await send({
      method,
      url: where,
      timeout: WRITE_TIMEOUT_MS,
      ...(data === undefined ? {} : { data }),
    });
    expectDone(answer, url);
    return answer;
  };
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
    async plugins({ all } = { all: false }) {
      return expect(await get(`/connector-plugins${all ? "?connectorsOnly=false" : ""}`), url, pluginsAnswer);
    },
    async pluginSettings(type) {
      const answer = await get(`/connector-plugins/${encodeURIComponent(type)}/config`);
      return answer.status === 404 ? undefined : expect(answer, url, pluginSettingsAnswer);
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
    async putConfig(name, config) {
      await write("PUT", path(name, "/config"), config);
    },
    async patchConfig(name, patch) {
      await write("PATCH", path(name, "/config"), patch);
    },
    async create(name, config, initialState) {
      const state = initialState === undefined ? {} : { initial_state: initialState };
      await write("POST", "/connectors", { name, config, ...state });
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
        info === undefined ? [] : [{ name, config: info.config, status, taskCount: info.tasks.length }],
      );
    },
    async offsets(name) {
      const request = { method: "GET", url: path(name, "/offsets"), transformResponse: parseExactly };
      const answer = await send(request);
      return answer.status === 200 ? expect(answer, url, offsetsAnswer).offsets : undefined;
    },
    async alterOffsets(name, offsets) {
      return expect(await write("PATCH", path(name, "/offsets"), { offsets }), url, messageAnswer).message;
    },
    async deleteOffsets(name) {
      return expect(await write("DELETE", path(name, "/offsets")), url, messageAnswer).message;
    },
    async topics(name) {
      return expect(await get(path(name, "/topics")), url, topicsAnswer)[name]?.topics ?? [];
    },
    async resetTopics(name) {
      await write("PUT", path(name, "/topics/reset"), {});
    },
    async restart(name, { includeTasks, onlyFailed }) {
      await write("POST", path(name, `/restart?includeTasks=${includeTasks}&onlyFailed=${onlyFailed}`), {});
    },
    async restartTask(name, id) {
      await write("POST", path(name, `/tasks/${id}/restart`), {});
    },
    async setState(name, wish) {
      await write("PUT", path(name, `/${wish}`), {});
    },
    async deleteConnector(name) {
      const answer = await send({ method: "DELETE", url: path(name, ""), timeout: WRITE_TIMEOUT_MS });
      if (answer.status === 404) return false;
      expectDone(answer, url);
      return true;
    },
    async loggers() {
      return expect(await get("/admin/loggers"), url, loggersAnswer);
    },
    async setLogger(logger, level, scope) {
      await write("PUT", `/admin/loggers/${encodeURIComponent(logger)}?scope=${scope}`, { level });
    },
  };
}
