import { describe, expect, it } from "vitest";

import { findPlugin } from "../../../src/connectors/find-plugin.js";
import { effectiveLevel, parseLogLevel } from "../../../src/connectors/log-levels.js";
import { catchCdcError } from "../../support/catch-cdc-error.js";

const source = (name: string, version = "1") => ({ class: name, type: "source", version });
const plugins = [
  source("io.debezium.connector.postgresql.PostgresConnector"),
  source("io.debezium.connector.mysql.MySqlConnector"),
  source("org.acme.Twice"),
  source("com.acme.Twice"),
  { class: "org.apache.kafka.connect.json.JsonConverter", type: "converter", version: "1" },
];
const failure = (word: string) =>
  catchCdcError(() => Promise.resolve(findPlugin(word, plugins, "http://w:8083")));

describe("a plugin", () => {
  it.each(["io.debezium.connector.postgresql.PostgresConnector", "PostgresConnector", "postgresconnector"])(
    "is found by %s",
    (word) => {
      expect(findPlugin(word, plugins, "")).toBe(plugins[0]);
    },
  );

  it("in several versions is the class", () => {
    expect(findPlugin("a.B", [source("a.B", "2"), source("a.B", "1")], "").version).toBe("2");
    expect(findPlugin("B", [source("a.B", "2"), source("a.B", "1")], "").version).toBe("2");
  });

  it("is not guessed where a short name is that of several", async () => {
    expect(await failure("Twice")).toMatchObject({
      code: "USAGE",
      hint: "give one of them whole: org.acme.Twice, com.acme.Twice",
    });
  });

  it("that is not there is told with what was meant, and the connectors there are", async () => {
    const error = await failure("MySqlConector");
    expect(error).toMatchObject({
      code: "CONNECTOR_CLASS_MISSING",
      message: "the worker at http://w:8083 has no plugin MySqlConector",
    });
    expect(error.hint).toMatch(/^did you mean io\.debezium\.connector\.mysql\.MySqlConnector\? it has: io\./);
    expect(error.hint).not.toContain("JsonConverter");
    expect((await failure("xylophone")).hint).toMatch(/^it has: /);
  });
});

describe("a log level", () => {
  it("is taken in any case of letters", () => {
    expect(parseLogLevel("debug")).toBe("DEBUG");
    expect(() => parseLogLevel("LOUD")).toThrow("LOUD is no log level");
  });

  it("of a logger is its own, else that of the nearest above it", () => {
    const levels = { root: { level: "INFO" }, "a.b": { level: "WARN" }, "a.b.c": { level: null } };
    expect(effectiveLevel("a.b", levels)).toBe("WARN");
    expect(effectiveLevel("a.b.c.d", levels)).toBe("WARN");
    expect(effectiveLevel("a", levels)).toBe("INFO");
    expect(effectiveLevel("root", levels)).toBe("INFO");
    expect(effectiveLevel("a", {})).toBeUndefined();
  });
});
