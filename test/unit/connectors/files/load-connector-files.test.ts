import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";

import { beforeEach, describe, expect, it } from "vitest";

import { loadConnectorFiles } from "../../../../src/connectors/files/load-connector-files.js";
import { catchCdcError } from "../../../support/catch-cdc-error.js";
import { useSandbox } from "../../../support/leaks.js";

const sandbox = useSandbox();
let hidden: string[];
beforeEach(() => {
  hidden = [];
});

const load = (paths: readonly string[], { env = {}, stdin = "" } = {}) =>
  loadConnectorFiles(paths, {
    cwd: sandbox.folder,
    env,
    stdin: Readable.from([Buffer.from(stdin)]),
    hide: (secret) => hidden.push(secret),
  });
const write = (name: string, content: unknown) =>
  writeFile(join(sandbox.folder, name), typeof content === "string" ? content : JSON.stringify(content));
const connector = (settings: object = {}) => ({ "connector.class": "C", ...settings });
const configOf = async (settings: object, env = {}) => {
  await write("x.json", connector(settings));
  const [found] = await load(["x.json"], { env });
  return found?.config;
};
const problemsOf = async (paths: readonly string[], options?: Parameters<typeof load>[1]) => {
  const error = await catchCdcError(load(paths, options));
  expect(error.code).toBe("CONNECTOR_FILE_INVALID");
  return error.details?.problems;
};

describe("the paths", () => {
  it("are files, folders and stdin, each file once", async () => {
    await mkdir(join(sandbox.folder, "all", "inner"), { recursive: true });
    await write("all/b.yaml", "connector.class: C");
    await write("all/a.json", connector());
    await write("all/notes.txt", "no connector");
    await write("all/inner/c.json", "{");
    const stdin = JSON.stringify({ name: "piped", ...connector() });
    const found = await load(["all", "-", "all"], { stdin });
    expect(found.map(({ name, place }) => [name, place])).toEqual([
      ["a", "all/a.json:1:1"],
      ["b", "all/b.yaml:1:1"],
      ["piped", "stdin:1:1"],
    ]);
  });

  it("that are wrong are told together", async () => {
    await mkdir(join(sandbox.folder, "empty"));
    await writeFile(join(sandbox.folder, "latin.json"), Buffer.from([0x22, 0xe9, 0x22]));
    await write("one.json", { name: "x", ...connector() });
    await write("two.json", { name: "x", ...connector() });
    expect(await problemsOf(["empty", "nowhere.json", "latin.json", "one.json", "two.json"])).toEqual([
      "empty: the folder holds no .json, .yaml or .yml file",
      "nowhere.json: cannot be read (ENOENT)",
      "latin.json: cannot be read (not UTF-8)",
      "two.json:1:1: the connector x is also at one.json:1:1",
    ]);
  });
});

describe("references", () => {
  it("of ours are looked up, once, and what they give is secret", async () => {
    await write("secret.txt", "from a file\n");
    const env = { A: "${env:B}", B: "no" };
    expect(await configOf({ a: "${env:A}", b: "${file:secret.txt}" }, env)).toMatchObject({
      a: "${env:B}",
      b: "from a file",
    });
    expect(hidden).toEqual(["${env:B}", "from a file"]);
  });

  it("of Kafka Connect's providers are passed on, and those that are written with two signs", async () => {
    const passed = {
      a: "${file:/run/secrets/db:password}",
      b: "${dir:/run:x}",
      c: "${secrets:ns/name:key}",
      d: "outbox.${routedByValue}",
      e: "${vault:x}/${env::NAME}",
    };
    expect(await configOf(passed)).toMatchObject(passed);
    expect(await configOf({ a: "$${env:NAME}", b: "x-$${file:y}-z" })).toMatchObject({
      a: "${env:NAME}",
      b: "x-${file:y}-z",
    });
    expect(hidden).toEqual([]);
  });

  it("hide also a secret that is written out", async () => {
    await configOf({ "database.password": "literal", "database.user": "me" });
    expect(hidden).toEqual(["literal"]);
  });

  it("that cannot be looked up are told with their places, and placeholders of templates", async () => {
    await write(
      "x.json",
      connector({ a: "${env:NOPE}", b: "x ${env:A}", c: "${postgres.host}", d: "${file:no}" }),
    );
    expect(await problemsOf(["x.json"], { env: { A: "1" } })).toEqual([
      "x.json:1:24 a: the environment variable NOPE is not set",
      "x.json:1:42 b: a reference must be the whole value; one that Kafka Connect is to look up is written $${env:NAME}",
      "x.json:1:59 c: ${postgres.host} is filled in templates of databases alone, not in files",
      "x.json:1:82 d: the file no cannot be read (ENOENT)",
    ]);
  });
});
