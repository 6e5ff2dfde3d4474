import { mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { execa } from "execa";
import type { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { CLI, type CliResult, type JsonDocument, printed } from "../support/cli.js";
import { withAdmin } from "../support/with-admin.js";
import { Workspace } from "../support/workspace.js";

/* `register -f` and its sisters with real connectors; what they did is read back from the worker by plain HTTP. */

const ADMIN_PASSWORD = "planted-admin-4c1d";
const PASSWORD = "planted-debezium-77ab";
const POSTGRES = "io.debezium.connector.postgresql.PostgresConnector";

type Document = JsonDocument & {
  readonly connectors: readonly {
    readonly name: string;
    readonly status: string;
    readonly detail: string | null;
  }[];
  readonly plan: {
    readonly changes: number;
    readonly register: readonly object[];
    readonly remove: readonly string[];
  };
  readonly slotsLeft: readonly { readonly slot: string; readonly sql: string }[];
  readonly variables: readonly { readonly variable: string; readonly key: string }[];
};
type Config = Readonly<Record<string, string>>;

let workspace: Workspace;
let user: Pick<Workspace, "run" | "json">;
let endpoints: JsonDocument["endpoints"];

beforeAll(async () => {
  workspace = await Workspace.create({
    CDC_PIPELINE_POSTGRES_ADMIN_PASSWORD: ADMIN_PASSWORD,
    CDC_PIPELINE_DEBEZIUM_PASSWORD: PASSWORD,
  });
  user = workspace.with({ DEBEZIUM_PASSWORD: PASSWORD });
  const { document, stderr } = await workspace.json("up", "shop");
  expect(document.ok, stderr).toBe(true);
  endpoints = document.endpoints;
  const prepared = await workspace.run("prepare", "orders");
  expect(prepared.exitCode, prepared.stderr).toBe(0);
  await mkdir(join(workspace.folder, "connectors"));
});
afterAll(async () => {
  expect(await workspace.remove()).toEqual([]);
  const all = printed.join("\n");
  expect(all).toContain("orders-cdc");
  for (const secret of [ADMIN_PASSWORD, PASSWORD]) expect(all).not.toContain(secret);
});

const file = (name: string) => join(workspace.folder, "connectors", name);
const write = (name: string, content: unknown) =>
  writeFile(file(name), typeof content === "string" ? content : JSON.stringify(content, undefined, 2));

async function http<T>(method: string, path: string, body?: object): Promise<T> {
  const answer = await fetch(`${endpoints.connect}${path}`, {
    method,
    headers: { "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  expect(answer.ok, `${method} ${path}: ${answer.status}`).toBe(true);
  return (await answer.json()) as T;
}
const names = async () => (await http<string[]>("GET", "/connectors")).sort();
const configOf = (name: string) => http<Config>("GET", `/connectors/${name}/config`);

async function states(name: string): Promise<string[]> {
  interface Status {
    readonly connector: { readonly state: string };
    readonly tasks: readonly { readonly state: string }[];
  }
  const { connector, tasks } = await http<Status>("GET", `/connectors/${name}/status`);
  return [connector, ...tasks].map(({ state }) => state);
}

async function json(...args: string[]): Promise<CliResult & { readonly document: Document }> {
  const result = await user.json(...args);
  return { ...result, document: result.document as Document };
}
const became = ({ document }: { readonly document: Document }) =>
  Object.fromEntries(document.connectors.map(({ name, status }) => [name, status]));

const debezium = (settings: object = {}) => ({
  "connector.class": POSTGRES,
  "tasks.max": 1,
  "database.hostname": endpoints.postgres.host,
  "database.port": endpoints.postgres.port,
  "database.user": "debezium_user",
  "database.password": "${env:DEBEZIUM_PASSWORD}",
  "database.dbname": "orders",
  "plugin.name": "pgoutput",
  "slot.name": "orders_cdc",
  "topic.prefix": "orders-cdc",
  "publication.name": "debezium_publication",
  "publication.autocreate.mode": "disabled",
  ...settings,
});
/** One of its own slot, made for a key to change. */
const small = (name: string, settings: object = {}) =>
  debezium({
    "slot.name": name.replaceAll("-", "_"),
    "topic.prefix": name,
    "heartbeat.interval.ms": 1000,
    ...settings,
  });

describe("a folder of connectors", () => {
  it("is registered, in each of its shapes, and every task runs", async () => {
    await write("orders-cdc.json", { name: "orders-cdc", config: debezium() });
    await write("beat-flat.json", small("beat-flat"));
    const linesOf = (name: string) => Object.entries(small(name)).map(([key, value]) => `${key}: ${value}`);
    const resource = [
      "kind: KafkaConnector",
      "apiVersion: kafka.strimzi.io/v1beta2",
      "metadata: { name: beat-strimzi }",
    ];
    const spec = ["spec:", `  class: ${POSTGRES}`, "  tasksMax: 1", "  config:"];
    const settings = linesOf("beat-strimzi")
      .filter((line) => !/^(connector.class|tasks.max):/.test(line))
      .map((line) => `    ${line}`);
    await write(
      "more.yaml",
      ["name: beat-yaml", ...linesOf("beat-yaml"), "---", ...resource, ...spec, ...settings].join("\n"),
    );

    const result = await json("register", "-f", "connectors");
    expect(result.exitCode, result.stderr).toBe(0);
    const all = ["beat-flat", "orders-cdc", "beat-yaml", "beat-strimzi"];
    expect(became(result)).toEqual(Object.fromEntries(all.map((name) => [name, "created"])));
    for (const name of all) expect(await states(name), name).toEqual(["RUNNING", "RUNNING"]);
    expect(await configOf("orders-cdc")).toMatchObject({
      "database.password": PASSWORD,
      "tasks.max": "1",
      "cdc.pipeline.managed": "files",
    });
  });

  it("is left alone the second time, and does not differ", async () => {
    const result = await json("register", "-f", "connectors");
    expect(result.exitCode, result.stderr).toBe(0);
    expect(new Set(Object.values(became(result)))).toEqual(new Set(["unchanged"]));
    expect(result.document.stages).toMatchObject([{ stage: "register", status: "unchanged", steps: [] }]);
    const { exitCode, stdout } = await user.run("connectors", "diff", "-f", "connectors");
    expect([exitCode, stdout]).toEqual([0, "Nothing differs, 4 are as the files say."]);
  });

  it("differs by a key, which alone is changed; the password is compared, and not shown", async () => {
    await write("beat-flat.json", small("beat-flat", { "heartbeat.interval.ms": 2000 }));
    const other = workspace.with({ DEBEZIUM_PASSWORD: `${PASSWORD}-other` });
    const diff = await other.run("connectors", "diff", "-f", "connectors");
    expect(diff.exitCode).toBe(1);
    expect(diff.stdout).toContain("~ heartbeat.interval.ms = 1000 -> 2000");
    expect(diff.stdout).toContain("~ database.password = [hidden] -> [hidden]");
    const one = await user.run("connectors", "diff", "-f", "connectors", "--", "beat-flat");
    expect(one.stdout).not.toContain("database.password");

    const result = await json("register", "-f", "connectors");
    expect(result.exitCode, result.stderr).toBe(0);
    expect(result.document.connectors.filter(({ status }) => status !== "unchanged")).toEqual([
      { name: "beat-flat", status: "updated", detail: "heartbeat.interval.ms" },
    ]);
    expect(await configOf("beat-flat")).toMatchObject({ "heartbeat.interval.ms": "2000" });
  });
});

describe("files that are wrong", () => {
  it("are told with every place, and no worker is asked", async () => {
    await mkdir(join(workspace.folder, "wrong"));
    await writeFile(join(workspace.folder, "wrong", "a.json"), '{"name": "a",\n  "config": {"x": 1,}}\n');
    await writeFile(
      join(workspace.folder, "wrong", "b.yaml"),
      "name: b\nconfig:\n  connector.class: C\n  list: [1]\n",
    );
    const { exitCode, stderr } = await user.run(
      "register",
      "-f",
      "wrong",
      "--connect-url",
      "http://127.0.0.1:9",
    );
    expect(exitCode).toBe(2);
    expect(stderr).toContain("wrong/a.json:2:21: not JSON: ");
    expect(stderr).toContain("wrong/b.yaml:4:3 list: holds a list");
  });

  it("are refused by the worker with class, field and value, and nothing is made", async () => {
    const before = await names();
    const stdin = JSON.stringify([
      { name: "typo", config: { "connector.class": "PostgresConector" } },
      { name: "wrong", config: debezium({ "slot.name": "Not A Slot", "snapshot.mode": "sometimes" }) },
    ]);
    const run = async (input: string) =>
      execa(process.execPath, [CLI, "connectors", "validate", "-f", "-"], {
        cwd: workspace.folder,
        env: { ...workspace.env, NO_COLOR: "1", DEBEZIUM_PASSWORD: PASSWORD },
        reject: false,
        input,
      });
    const typo = await run(stdin);
    expect(typo.exitCode).toBe(1);
    expect(typo.stderr).toContain("has no PostgresConector");
    expect(typo.stderr).toContain(`did you mean ${POSTGRES}`);
    const wrong = await run(stdin.replace(/^.*?\},/, "["));
    expect(wrong.exitCode).toBe(1);
    expect(wrong.stderr).toContain("wrong (stdin:1:");
    expect(wrong.stderr).toMatch(/slot\.name \(Not A Slot\): .*valid/i);
    expect(wrong.stderr).toContain("a slot's name has lower-case letters");
    expect(wrong.stderr).toMatch(/snapshot\.mode \(sometimes\): /);
    printed.push(typo.stderr, wrong.stderr);
    expect(await names()).toEqual(before);
  });

  it("are told of a wrong password before anything is written, with what helps", async () => {
    await writeFile(join(workspace.folder, "login.json"), JSON.stringify(debezium({ "slot.name": "login" })));
    const other = workspace.with({ DEBEZIUM_PASSWORD: "planted-wrong-9e" });
    const { exitCode, stderr } = await other.run("register", "-f", "login.json");
    expect(exitCode).toBe(1);
    expect(stderr).toContain("CONNECTOR_INVALID");
    expect(stderr).toMatch(/password authentication failed/);
    expect(stderr).toContain("the user or the password is wrong");
    expect(stderr).not.toContain("planted-wrong-9e");
    expect(await names()).not.toContain("login");
  });

  it("tell the root cause of a task that fails, in one line", async () => {
    const broken = debezium({
      "publication.name": "nowhere",
      "slot.name": "broken",
      "topic.prefix": "broken",
    });
    await writeFile(join(workspace.folder, "broken.json"), JSON.stringify(broken));
    const { exitCode, stderr } = await user.run("register", "-f", "broken.json", "--timeout", "60");
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/connector broken: task 0 FAILED: .*[Pp]ublication/);
    expect(stderr).not.toContain("\tat ");
    await fetch(`${endpoints.connect}/connectors/broken`, { method: "DELETE" });
  });
});

describe("what somebody else made", () => {
  it("is changed with --adopt only, and an equal one is unchanged without it", async () => {
    const config = Object.fromEntries(
      Object.entries(small("theirs", { "database.password": PASSWORD })).map(([key, value]) => [
        key,
        String(value),
      ]),
    );
    await http("PUT", "/connectors/theirs/config", config);
    await writeFile(join(workspace.folder, "theirs.json"), JSON.stringify(small("theirs")));
    const equal = await json("register", "-f", "theirs.json");
    expect(became(equal)).toEqual({ theirs: "unchanged" });
    expect(await configOf("theirs")).not.toHaveProperty(["cdc.pipeline.managed"]);

    await writeFile(
      join(workspace.folder, "theirs.json"),
      JSON.stringify(small("theirs", { "heartbeat.interval.ms": 5000 })),
    );
    const refused = await user.run("register", "-f", "theirs.json");
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain("--adopt");
    expect(await configOf("theirs")).toMatchObject({ "heartbeat.interval.ms": "1000" });

    const adopted = await json("register", "-f", "theirs.json", "--adopt", "--set", "other");
    expect(became(adopted)).toEqual({ theirs: "updated" });
    expect(await configOf("theirs")).toMatchObject({ "cdc.pipeline.managed": "files:other" });
  });

  it("is refused where two connectors would read one slot", async () => {
    await writeFile(join(workspace.folder, "twice.json"), JSON.stringify(debezium()));
    const { exitCode, stderr } = await user.run("register", "-f", "twice.json");
    expect(exitCode).toBe(1);
    expect(stderr).toContain("CONNECTORS_COLLIDE");
    expect(stderr).toContain("orders-cdc and twice: slot orders_cdc");
    expect(await names()).not.toContain("twice");
  });
});

describe("a connector that is not to run", () => {
  it("is made STOPPED, and stays so", async () => {
    await writeFile(
      join(workspace.folder, "idle.json"),
      JSON.stringify({ name: "idle", initial_state: "STOPPED", config: small("idle") }),
    );
    const first = await json("register", "-f", "idle.json", "--set", "idle");
    expect(first.exitCode, first.stderr).toBe(0);
    expect(became(first)).toEqual({ idle: "created" });
    expect(await states("idle")).toEqual(["STOPPED"]);
    const second = await json("register", "-f", "idle.json", "--set", "idle");
    expect(second.document.connectors).toEqual([
      { name: "idle", status: "unchanged", detail: "it is STOPPED, and stays so" },
    ]);
  });
});

describe("export", () => {
  it("writes files that register takes back as unchanged, without a secret in them", async () => {
    const exported = await json("connectors", "export", "--out", "exported");
    expect(exported.exitCode, exported.stderr).toBe(0);
    const files = await readdir(join(workspace.folder, "exported"));
    expect(files.sort()).toEqual((await names()).map((name) => `${name}.json`));
    const texts = await Promise.all(
      files.map((name) => readFile(join(workspace.folder, "exported", name), "utf8")),
    );
    expect(texts.join("")).not.toContain(PASSWORD);
    const variables = exported.document.variables.map(({ variable }) => variable).sort();
    const withPassword: string[] = [];
    for (const name of await names()) {
      if ((await configOf(name))["database.password"] === PASSWORD) withPassword.push(name);
    }
    expect(withPassword).toContain("orders-cdc");
    // Its configuration refers to the password, and so does the file.
    expect(withPassword).not.toContain("shop-connector");
    expect(variables).toEqual(
      withPassword.map((name) => `${name.toUpperCase().replace("-", "_")}_DATABASE_PASSWORD`).sort(),
    );

    const env = Object.fromEntries(exported.document.variables.map(({ variable }) => [variable, PASSWORD]));
    const back = await workspace.with(env).json("register", "-f", "exported");
    expect(back.exitCode, back.stderr).toBe(0);
    expect(new Set(Object.values(became({ document: back.document as Document })))).toEqual(
      new Set(["unchanged"]),
    );
    const unset = await workspace.run("register", "-f", "exported");
    expect(unset.exitCode).toBe(2);
    expect(unset.stderr).toContain("the environment variable ORDERS_CDC_DATABASE_PASSWORD is not set");
  });

  it("writes secrets where that is asked for, for the owner's eyes alone", async () => {
    const result = await user.run("connectors", "export", "orders-*", "--out", "private", "--with-secrets");
    expect(result.exitCode, result.stderr).toBe(0);
    const path = join(workspace.folder, "private", "orders-cdc.json");
    expect(await readFile(path, "utf8")).toContain(PASSWORD);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(became(await json("register", "-f", "private"))).toEqual({ "orders-cdc": "unchanged" });
  });
});

describe("prune", () => {
  it("shows what it would remove, and asks", async () => {
    await rm(file("orders-cdc.json"));
    const shown = await json("register", "-f", "connectors", "--prune", "--dry-run");
    expect(shown.document.plan).toMatchObject({ changes: 1, remove: ["orders-cdc"] });
    const asked = await user.run("register", "-f", "connectors", "--prune");
    expect(asked.exitCode).toBe(2);
    expect(asked.stderr).toContain("This removes the connector orders-cdc");
    expect(asked.stderr).toContain("cdc-pipeline register --prune --yes -f connectors");
    expect(await names()).toContain("orders-cdc");
  });

  it("removes what is in no file any more, names its slot, and leaves all others", async () => {
    const before = await names();
    const result = await json("register", "-f", "connectors", "--prune", "--yes");
    expect(result.exitCode, result.stderr).toBe(0);
    expect(became(result)).toMatchObject({ "orders-cdc": "removed", "beat-flat": "unchanged" });
    expect(result.document.slotsLeft).toMatchObject([
      { slot: "orders_cdc", sql: "SELECT pg_drop_replication_slot('orders_cdc');" },
    ]);
    expect(await names()).toEqual(before.filter((name) => name !== "orders-cdc"));
  });

  it("drops the slots too with --drop-slots, those of what is pruned and no others", async () => {
    const slots = () =>
      withAdmin(
        endpoints.postgres,
        "mydb",
        async (client) => {
          const { rows } = await client.query<{ slot: string }>(
            "SELECT slot_name AS slot FROM pg_replication_slots ORDER BY 1",
          );
          return rows.map(({ slot }) => slot);
        },
        ADMIN_PASSWORD,
      );
    const [namesBefore, slotsBefore] = [await names(), await slots()];
    await write("passing.json", small("passing"));
    expect(became(await json("register", "-f", "connectors"))).toMatchObject({ passing: "created" });
    await expect.poll(slots, { timeout: 30_000 }).toContain("passing");
    await rm(file("passing.json"));
    const asked = await user.run("register", "-f", "connectors", "--prune", "--drop-slots");
    expect(asked.stderr).toContain("Their replication slots go too.");
    expect(asked.stderr).toContain("cdc-pipeline register --prune --yes --drop-slots -f connectors");
    const result = await json("register", "-f", "connectors", "--prune", "--drop-slots", "--yes");
    expect(result.exitCode, result.stderr).toBe(0);
    expect(became(result)).toMatchObject({ passing: "removed" });
    expect(result.document.slotsLeft).toEqual([]);
    expect(await names()).toEqual(namesBefore);
    expect(await slots()).toEqual(slotsBefore);
  });
});

describe("many databases", () => {
  const inPostgres = <T>(work: (client: Client) => Promise<T>) =>
    withAdmin(endpoints.postgres, "mydb", work, ADMIN_PASSWORD);

  it("are counted before the first is registered", async () => {
    const made = await inPostgres(async (client) => {
      const { rows } = await client.query<{ name: string }>(
        `SELECT (pg_create_physical_replication_slot('filler_' || n)).slot_name AS name
         FROM generate_series(1, (SELECT current_setting('max_replication_slots')::int - count(*)
                                  FROM pg_replication_slots)::int - 1) AS n`,
      );
      return rows.map(({ name }) => name);
    });
    try {
      const { exitCode, stderr } = await user.run("register", "orders", "mall", "market");
      expect(exitCode).toBe(1);
      expect(stderr).toContain("SLOTS_EXHAUSTED");
      expect(stderr).toMatch(/1 (is|are) free; 3 databases without a slot need 3/);
      expect(await names()).not.toContain("orders-connector");
    } finally {
      await inPostgres(async (client) => {
        for (const name of made) await client.query("SELECT pg_drop_replication_slot($1)", [name]);
      });
    }
  });

  it("get a connector each, and one look at all of them is enough for a second run", async () => {
    const first = await user.json("register", "shop", "orders");
    expect(first.exitCode, first.stderr).toBe(0);
    expect(await states("orders-connector")).toEqual(["RUNNING", "RUNNING"]);
    const second = await user.json("register", "shop", "orders");
    expect(second.document.stages).toMatchObject([{ stage: "register", status: "unchanged" }]);
  });
});
