import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { quoteLiteral, withPostgres } from "../../src/clients/postgres.js";
import { type CliResult, printed } from "../support/cli.js";
import { failed, type FakeConnect, startFakeConnect } from "../support/fake-connect.js";
import { Workspace } from "../support/workspace.js";

/** None of them is part of anything else. */
const PLANTED = {
  admin: "planted-admin-5b1c'\"$x",
  debezium: "planted-debezium-77e0&<ü>",
  literal: "planted-literal-93d2",
  environment: "planted-environment-c40f",
  file: "planted-file-1e88",
  wrong: "planted-wrong-6a05",
  connectPassword: "planted-connect-password-b7b7",
  connectToken: "planted-connect-token-04cd",
  connectHeader: "planted-connect-header-2f90",
  connectUrl: "planted-connect-url-8c13",
} as const;

/** What of the workspace is not this program's, and why it may hold secrets. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  ".cdc-pipeline/kafka/": "Kafka Connect keeps the connectors' values in its config topic",
  ".cdc-pipeline/connect/secrets/debezium-password": "where the worker looks it up, and nobody else may",
  "connectors/literal.json": "written by the user, who chose to",
  "wrong/wrong.json": "written by the user, who chose to",
  "secret.txt": "written by the user: a file that holds a secret and nothing else",
};

let workspace: Workspace;
let worker: FakeConnect;

beforeAll(async () => {
  worker = await startFakeConnect();
  workspace = await Workspace.create({
    CDC_PIPELINE_POSTGRES_ADMIN_PASSWORD: PLANTED.admin,
    CDC_PIPELINE_DEBEZIUM_PASSWORD: PLANTED.debezium,
    PLANTED_ENVIRONMENT: PLANTED.environment,
  });
});

afterAll(async () => {
  await worker.close();
  expect(await workspace.remove()).toEqual([]);
});

/** Runs a command as people and as programs do, each with all that it can tell. */
async function inEveryForm(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const place = workspace.with(env);
  const results: CliResult[] = [];
  for (const form of [["--verbose"], ["--json", "--verbose"]])
    results.push(await place.run(...args, ...form));
  return results;
}

const exitCodes = (results: readonly CliResult[]) => results.map(({ exitCode }) => exitCode);

const makeRole = (name: string, password: string) =>
  withPostgres(
    {
      host: "127.0.0.1",
      port: Number(workspace.env.CDC_PIPELINE_LOCAL_POSTGRES_PORT),
      adminUser: "admin",
      adminPassword: PLANTED.admin,
      adminDatabase: "mydb",
    },
    "shop",
    async (client) => {
      await client.query(`CREATE ROLE ${name} LOGIN REPLICATION PASSWORD ${quoteLiteral(password)}`);
      await client.query(`GRANT debezium_user TO ${name}`);
    },
  );

/** A connector of somebody's own, whose password is given in some way. */
const connectorFile = (name: string, password: string) =>
  JSON.stringify({
    name,
    "connector.class": "io.debezium.connector.postgresql.PostgresConnector",
    "database.hostname": "127.0.0.1",
    "database.port": workspace.env.CDC_PIPELINE_LOCAL_POSTGRES_PORT,
    "database.user": `role_${name}`,
    "database.password": password,
    "database.dbname": "shop",
    "plugin.name": "pgoutput",
    "publication.name": "debezium_publication",
    "publication.autocreate.mode": "disabled",
    "slot.name": `slot_${name}`,
    "topic.prefix": name,
    "snapshot.mode": "no_data",
  });

describe("no secret is printed", () => {
  it("by the stages and what looks at them", async () => {
    expect(exitCodes(await inEveryForm(["up", "shop"]))).toEqual([0, 0]);
    for (const args of [
      ["plan", "shop"],
      ["plan", "shop", "--sql"],
      ["register", "shop"],
      ["register", "shop", "--dry-run"],
      ["register", "shop", "--emit", "strimzi"],
      ["verify", "shop"],
      ["rotate-password", "--dry-run"],
      ["rotate-password"],
      ["status"],
      ["status", "--watch", "--timeout", "1"],
      ["serve", "--port", "0", "--timeout", "1"],
      ["doctor", "shop"],
      ["logs", "connect", "--lines", "400"],
      ["events", "shop", "--from", "beginning", "--max", "1", "--timeout", "2"],
      ["deploy"],
      ["reconcile", "shop"],
      ["recapture", "shop", "--dry-run"],
      ["backup"],
      ["restore", "--dry-run"],
      ["forget", "shop", "--dry-run"],
    ]) {
      await inEveryForm(args);
    }
  });

  it("by what works with connectors of files, whichever way their secrets are given", async () => {
    for (const name of ["connectors", "wrong", "exported"]) await mkdir(join(workspace.folder, name));
    const secretFile = join(workspace.folder, "secret.txt");
    await writeFile(secretFile, PLANTED.file);
    const passwords = {
      literal: PLANTED.literal,
      environment: "${env:PLANTED_ENVIRONMENT}",
      file: `\${file:${secretFile}}`,
    };
    for (const [name, password] of Object.entries(passwords)) {
      await makeRole(`role_${name}`, PLANTED[name as keyof typeof passwords]);
      await writeFile(join(workspace.folder, "connectors", `${name}.json`), connectorFile(name, password));
    }
    expect(exitCodes(await inEveryForm(["connectors", "diff", "-f", "connectors"]))).not.toContain(2);
    const registered = await inEveryForm(["register", "-f", "connectors"]);
    expect(exitCodes(registered), registered[0]?.stderr).toEqual([0, 0]);
    for (const args of [
      ["register", "-f", "connectors", "--dry-run"],
      ["register", "-f", "connectors", "--emit", "strimzi"],
      ["connectors", "diff", "-f", "connectors"],
      ["connectors", "validate", "-f", "connectors"],
      ["connectors", "export", "--out", "exported"],
      ["connectors", "list"],
      ["connectors", "get", "literal", "environment", "file", "shop-connector"],
      ["connectors", "offsets"],
      ["connectors", "topics"],
      ["connectors", "plugins"],
      ["connectors", "loggers"],
      ["connectors", "restart", "literal"],
      ["connectors", "pause", "environment"],
      ["connectors", "resume", "environment"],
      ["connectors", "watch", "--once"],
    ]) {
      await inEveryForm(args);
    }
  });

  it("by what fails of a wrong password", async () => {
    await writeFile(join(workspace.folder, "wrong", "wrong.json"), connectorFile("literal", PLANTED.wrong));
    const results = [
      ...(await inEveryForm(["register", "-f", "wrong/wrong.json", "--adopt"])),
      ...(await inEveryForm(["connectors", "validate", "-f", "wrong/wrong.json"])),
      ...(await inEveryForm(["prepare", "shop"], { CDC_PIPELINE_DEBEZIUM_PASSWORD: PLANTED.wrong })),
      ...(await inEveryForm(["prepare", "shop", "--target", "external"], {
        CDC_PIPELINE_POSTGRES_PORT: workspace.env.CDC_PIPELINE_LOCAL_POSTGRES_PORT ?? "",
        CDC_PIPELINE_POSTGRES_ADMIN_PASSWORD: PLANTED.wrong,
      })),
    ];
    expect(exitCodes(results)).not.toContain(0);
  });

  it("by what fails because a worker, or what stands before it, quotes all that it was sent", async () => {
    worker.misbehave({ on: /^(PUT|POST) /, trick: { status: 500, echo: true } });
    worker.misbehave({ on: /validate/, trick: { status: 400, echo: true } });
    const env = { CDC_PIPELINE_CONNECT_URL: worker.url, CDC_PIPELINE_CONNECT_USERNAME: "me" };
    const url = new URL(worker.url);
    url.username = "me";
    url.password = PLANTED.connectUrl;
    const accesses = [
      { ...env, CDC_PIPELINE_CONNECT_PASSWORD: PLANTED.connectPassword },
      { CDC_PIPELINE_CONNECT_URL: worker.url, CDC_PIPELINE_CONNECT_TOKEN: PLANTED.connectToken },
      { ...env, CDC_PIPELINE_CONNECT_HEADERS: `X-Key: ${PLANTED.connectHeader}` },
      { CDC_PIPELINE_CONNECT_URL: url.href },
    ];
    for (const access of accesses) {
      const external = ["--target", "external", "--timeout", "3"];
      await inEveryForm(["register", "-f", "connectors", ...external], access);
      await inEveryForm(["connectors", "list", ...external], access);
    }
    worker.configs.set("quoting", { "database.password": PLANTED.literal });
    worker.showNext("quoting", failed(`java.lang.Exception: {database.password=${PLANTED.literal}}`));
    for (const command of ["list", "get", "watch"]) {
      const args = [
        "connectors",
        command,
        "quoting",
        ...(command === "watch" ? ["--once", "--timeout", "3"] : []),
      ];
      const results = await inEveryForm([...args, "--target", "external"], {
        CDC_PIPELINE_CONNECT_URL: worker.url,
      });
      expect(results.map(({ stdout }) => stdout).join()).toContain("quoting");
    }
    for (const trick of [{ status: 401, echo: true }, { closeConnection: true }] as const) {
      worker.misbehave({ on: /^GET /, times: 4, trick });
      await inEveryForm(["connectors", "list", "--target", "external", "--timeout", "1"], accesses[0]);
    }
  });

  it("by what takes things away", async () => {
    await inEveryForm(["connectors", "stop", "literal"]);
    const removed = await workspace.run("connectors", "delete", "literal", "file", "--yes", "--verbose");
    expect(removed.exitCode, removed.stderr).toBe(0);
    await inEveryForm(["down", "--dry-run"]);
  });

  it.each(Object.entries(PLANTED))("in all that was said: %s", (_name, secret) => {
    expect(printed.length).toBeGreaterThan(100);
    for (const form of formsOf(secret)) {
      const found = printed.filter((text) => text.includes(form));
      expect(found.map((text) => excerpt(text, form))).toEqual([]);
    }
  });
});

describe("no file has a secret", () => {
  it("that this program wrote", async () => {
    const files = await filesIn(workspace.folder);
    const names = files.map((file) => relative(workspace.folder, file));
    expect(names).toEqual(
      expect.arrayContaining([
        ".cdc-pipeline/state.json",
        ".cdc-pipeline/watch.json",
        "exported/literal.json",
      ]),
    );
    const found: string[] = [];
    for (const file of files) {
      const name = relative(workspace.folder, file);
      const text = await readFile(file, "latin1").catch(() => "");
      for (const [secret, value] of Object.entries(PLANTED)) {
        const forms = formsOf(value).map((form) => Buffer.from(form).toString("latin1"));
        if (forms.some((form) => text.includes(form))) found.push(`${name}: ${secret}`);
      }
    }
    // What `register` makes of a database refers to the password: not even Kafka has it.
    const isOfDatabase = (entry: string) => /\/kafka\/.*: debezium$/.test(entry);
    const isExcepted = (entry: string) =>
      !isOfDatabase(entry) && Object.keys(EXCEPTIONS).some((start) => entry.startsWith(start));
    expect(found.filter((entry) => !isExcepted(entry))).toEqual([]);
    // What is looked for is found where it is known to be.
    expect(found).toContain("connectors/literal.json: literal");
    expect(found.some((entry) => entry.startsWith(".cdc-pipeline/kafka/"))).toBe(true);
  });
});

/** As it is, and as JSON has it. */
const formsOf = (secret: string): readonly string[] => [
  ...new Set([secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)]),
];

/** What stands around it, without it. */
function excerpt(text: string, secret: string): string {
  const at = text.indexOf(secret);
  return `${text.slice(Math.max(0, at - 200), at)}[here]${text.slice(at + secret.length, at + secret.length + 80)}`;
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
