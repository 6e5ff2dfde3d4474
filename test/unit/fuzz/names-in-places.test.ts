import { execFileSync } from "node:child_process";
import { basename, join, resolve } from "node:path";

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";

import { connectorPath } from "../../../src/clients/connect/connector-path.js";
import { fileNames } from "../../../src/connectors/files/file-names.js";
import { CdcError } from "../../../src/errors.js";
import { namesOf } from "../../../src/names.js";
import { nameArguments, shellWord } from "../../../src/shell-words.js";
import { emitFiles, renderKafkaConnector } from "../../../src/stages/register/emit-strimzi.js";
import { exactPattern } from "../../../src/stages/register/exact-pattern.js";
import { renderConnector } from "../../../src/stages/register/render-connector.js";
import {
  archiveSettings,
  quoteSetting,
  restoreCommand,
} from "../../../src/targets/local/archive-settings.js";
import { renderKafkaSettings } from "../../../src/targets/local/kafka-server.js";
import { FUZZ, postgresNames, runsOf, SEED, texts } from "../../support/fuzz.js";
import { parseJavaProperties } from "../../support/java-properties.js";

const noNul = texts.filter((text) => !text.includes("\0") && !/\p{Surrogate}/u.test(text));
const folders = noNul.map((text) => resolve("/", text));

describe(`names stay names wherever else they go (seed ${SEED})`, FUZZ, () => {
  it("in a shell: each word that a hint quotes is that one word to bash", () => {
    const words: string[] = [];
    fc.assert(
      fc.property(noNul, (word) => void words.push(word)),
      { ...runsOf("places", 0.05), skipEqualValues: true },
    );
    const script = `printf '%s\\0' ${words.map(shellWord).join(" ")}`;
    const said = execFileSync("bash", ["--norc", "-s"], { input: script, maxBuffer: 1 << 26 }).toString();
    expect(said.split("\0").slice(0, -1)).toEqual(words);
    const listed = execFileSync("bash", ["--norc", "-s"], {
      input: `printf '%s\\0' ${nameArguments(["-x", ...words])}`,
      maxBuffer: 1 << 26,
    }).toString();
    expect(listed.split("\0").slice(0, -1)).toEqual(["--", "-x", ...words]);
  });

  it("in PostgreSQL's archive commands, by bash", () => {
    const cases: { readonly folder: string; readonly command: string }[] = [];
    fc.assert(
      fc.property(folders, (folder) => {
        // A newline cannot stand in a line of postgresql.conf, and neither in a value of `ALTER SYSTEM`.
        const command = archiveSettings(folder).archive_command ?? "";
        const line = quoteSetting(command);
        expect(line.startsWith("'") && line.endsWith("'")).toBe(true);
        expect(line.slice(1, -1).replaceAll("''", "")).not.toContain("'");
        expect(line.slice(1, -1).replaceAll("''", "'")).toBe(command);
        cases.push({ folder, command: restoreCommand(folder) });
      }),
      runsOf("places", 0.02),
    );
    // As PostgreSQL does before it hands the command on; `[ -e … ]` is made to tell what it is asked for.
    const asked = cases.map(({ command }) =>
      command.replace(
        /%(.)/gs,
        (_, letter: string) => ({ f: "FILE", p: "PATH", "%": "%" })[letter] ?? letter,
      ),
    );
    const input = ["test_() { printf '%s\\0' \"$2\"; return 1; }", ...asked.map(told), "true"].join("\n");
    const said = execFileSync("bash", ["--norc", "-s"], { input, maxBuffer: 1 << 26 }).toString();
    expect(said.split("\0").slice(0, -1)).toEqual(cases.map(({ folder }) => `${folder}/wal/FILE`));
  });

  it("in file names: one for each connector, all of them in the folder", () => {
    fc.assert(
      fc.property(fc.uniqueArray(texts, { maxLength: 8 }), (connectors) => {
        const files = [...fileNames(connectors).values()];
        expect(new Set(files.map((file) => file.toLowerCase())).size).toBe(connectors.length);
        for (const file of files) {
          const path = join("/out", file);
          if (basename(path) !== file || join("/out", basename(path)) !== path) throw new Error(file);
          expect(file).toMatch(/^[A-Za-z0-9_][\w.-]*\.json$/);
          expect(Buffer.byteLength(file)).toBeLessThanOrEqual(255);
        }
      }),
      runsOf("places", 0.2),
    );
  });

  it("in slots, topics and connectors: legal ones, and for no two databases the same", () => {
    fc.assert(
      fc.property(fc.uniqueArray(postgresNames, { minLength: 2, maxLength: 4 }), (databases) => {
        const all = databases.map(namesOf);
        for (const { slot, topicPrefix, connector } of all) {
          if (!/^[a-z0-9_]{1,63}$/.test(slot)) throw new Error(slot);
          if (!/^[\w.-]{1,120}$/.test(topicPrefix)) throw new Error(topicPrefix);
          const { metadata } = renderKafkaConnector(connector, {}, { strimziCluster: "c" }) as {
            metadata: { name: string };
          };
          if (!/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/.test(metadata.name)) throw new Error(metadata.name);
        }
        for (const key of ["slot", "topicPrefix", "connector"] as const)
          expect(new Set(all.map((names) => names[key].replaceAll("_", "-"))).size).toBe(databases.length);
      }),
      runsOf("places", 0.25),
    );
  });

  it("in Debezium's lists of regular expressions: only the name itself matches", () => {
    fc.assert(
      fc.property(postgresNames, postgresNames, (name, other) => {
        const { "schema.include.list": list = "" } = renderConnector("{}", {}, "t", [name]);
        const patterns = list.split(",");
        expect(patterns).toEqual([exactPattern(name), exactPattern("cdc_pipeline")]);
        const pattern = new RegExp(`^(?:${patterns[0] ?? ""})$`);
        expect(pattern.test(name)).toBe(true);
        expect(pattern.test(other)).toBe(name === other);
        expect(pattern.test(`${name}x`)).toBe(false);
      }),
      runsOf("places", 0.2),
    );
  });

  it("in a connector's template: a value that looks like a placeholder is not looked at again", () => {
    fc.assert(
      fc.property(texts, texts, (user, database) => {
        const values = { "debezium.user": user, "database.name": database };
        const template = '{"a": "${debezium.user}", "b": "x${database.name}y", "c": "${file:/x:y}"}';
        const { a, b, c } = renderConnector(template, values, "t");
        expect({ a, b, c }).toEqual({ a: user, b: `x${database}y`, c: "${file:/x:y}" });
      }),
      runsOf("places", 0.1),
    );
  });

  it("in a URL of Kafka Connect: one segment of the path, or the name is refused", () => {
    fc.assert(
      fc.property(texts, (name) => {
        const path = pathOf(name);
        if (path === undefined) return;
        const { pathname, search, hash, host } = new URL(`http://worker:8083${path}`);
        expect({ host, search, hash }).toEqual({ host: "worker:8083", search: "", hash: "" });
        expect(pathname.split("/").map(decodeURIComponent)).toEqual(["", "connectors", name, "config"]);
      }),
      runsOf("places", 0.1),
    );
  });

  it("in the properties of Kafka: each is read as what it is, and none is added", () => {
    const keys = [...parseJavaProperties(renderKafkaSettings("/data", 9092, 9093)).keys()];
    fc.assert(
      fc.property(folders, (folder) => {
        let settings: string;
        try {
          settings = renderKafkaSettings(folder, 9092, 9093);
        } catch (error) {
          expect(error).toBeInstanceOf(CdcError);
          expect(folder).toMatch(/[,\p{Cc}]/u);
          return;
        }
        const properties = parseJavaProperties(settings);
        expect([...properties.keys()]).toEqual(keys);
        expect(properties.get("log.dirs")?.split(",")).toEqual([folder]);
      }),
      runsOf("places", 0.05),
    );
  });

  it("in Kubernetes: a name that it cannot have is refused, any other one is told", () => {
    fc.assert(
      fc.property(texts, texts, (name, value) => {
        const file = { name, config: { "connector.class": "C", title: value }, hidden: new Set<string>() };
        const where = { place: "f:1:1", placeOf: () => "f:1:1" };
        let yaml: string;
        try {
          yaml = emitFiles([{ ...file, ...where } as never], { strimziCluster: "c" });
        } catch (error) {
          expect(error).toMatchObject({ code: "CONNECTOR_FILE_INVALID" });
          return;
        }
        const [resource, ...others] = parseAllDocuments(yaml).map((document) => document.toJS() as unknown);
        expect(others).toEqual([]);
        expect(resource).toMatchObject({ metadata: { name }, spec: { config: { title: value } } });
        expect(name).toMatch(/^[a-z0-9.-]{1,253}$/);
      }),
      runsOf("places", 0.03),
    );
  });
});

/** The command with the first of its tests alone. */
const told = (command: string): string => command.replace(/^if \[ -e ([^]*?) \]; then [^]*$/, "test_ -e $1");

function pathOf(name: string): string | undefined {
  try {
    return connectorPath(name, "/config");
  } catch (error) {
    expect(error).toMatchObject({ code: "CONNECTOR_NAME_INVALID" });
    expect(name).toMatch(/^\.{0,2}$|\p{Surrogate}/u);
    return undefined;
  }
}
