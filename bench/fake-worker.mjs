import { once } from "node:events";
import { createServer } from "node:http";

const WORKER = "127.0.0.1:8083";

/** A Kafka Connect that keeps the connectors it is given, has each RUNNING at once, and counts what it is asked. */
export async function startFakeWorker() {
  const configs = new Map();
  const requests = [];
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    requests.push({ method: request.method, path: request.url });
    const text = Buffer.concat(chunks).toString();
    const { status, json } = answer(request.method, request.url, text === "" ? {} : JSON.parse(text));
    response.writeHead(status, { "content-type": "application/json" });
    response.end(json === undefined ? undefined : JSON.stringify(json));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");

  function answer(method, path, body) {
    const [, encoded, rest] = /^\/connectors\/([^/?]+)(\/[^?]*|)/.exec(path) ?? [];
    if (encoded !== undefined) return onConnector(method, decodeURIComponent(encoded), rest, body);
    if (path === "/") return ok({ version: "4.3.1", kafka_cluster_id: "bench" });
    if (path === "/health") return ok({ status: "healthy", message: "fine" });
    if (path.startsWith("/connectors?")) {
      const all = [...configs].map(([name, config]) => [
        name,
        { info: infoOf(name, config), status: statusOf(name) },
      ]);
      return ok(Object.fromEntries(all));
    }
    if (path.startsWith("/connector-plugins/")) {
      const values = Object.entries(body).map(([name, value]) => ({ value: { name, value, errors: [] } }));
      return ok({ name: body["connector.class"], error_count: 0, groups: [], configs: values });
    }
    if (path.startsWith("/connector-plugins")) {
      const types = new Set([...configs.values()].map((config) => config["connector.class"]));
      types.add("io.debezium.connector.postgresql.PostgresConnector");
      return ok([...types].map((type) => ({ class: type, type: "source", version: "1" })));
    }
    return fault(404, "HTTP 404 Not Found");
  }

  function onConnector(method, name, rest, body) {
    if (method === "PUT" && rest === "/config") {
      configs.set(name, { ...body, name });
      return { status: 201, json: infoOf(name, configs.get(name)) };
    }
    const config = configs.get(name);
    if (config === undefined) return fault(404, `Connector ${name} not found`);
    if (method === "GET" && rest === "/config") return ok(config);
    if (method === "GET" && rest === "/status") return ok(statusOf(name));
    return fault(405, "HTTP 405 Method Not Allowed");
  }

  return {
    url: `http://127.0.0.1:${server.address().port}`,
    configs,
    /** What it was asked since it was last asked for this. */
    takeRequests: () => requests.splice(0),
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

const ok = (json) => ({ status: 200, json });
const fault = (status, message) => ({ status, json: { error_code: status, message } });
const infoOf = (name, config) => ({ name, config, tasks: [{ connector: name, task: 0 }], type: "source" });
const statusOf = (name) => ({
  name,
  connector: { state: "RUNNING", worker_id: WORKER },
  tasks: [{ id: 0, state: "RUNNING", worker_id: WORKER }],
  type: "source",
});
