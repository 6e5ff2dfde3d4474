import { describe, expect, it } from "vitest";

import { renderPlugins, renderPluginSettings } from "../../../src/ui/render-plugins.js";

const plugin = { class: "org.acme.SomeSource", type: "source", version: "1.2" };
const setting = {
  name: "acme.url",
  type: "STRING",
  required: true,
  default_value: null,
  importance: "HIGH",
  documentation: "Where it is. Long enough to be wrapped.",
};

describe("plugins", () => {
  it("are listed with type and version", () => {
    expect(renderPlugins([plugin, { class: "org.acme.Other", type: "sink", version: "" }])).toBe(
      "source  org.acme.SomeSource  1.2\nsink    org.acme.Other",
    );
    expect(renderPlugins([])).toBe("no plugins");
  });

  it("have settings, each with what it takes and its documentation", () => {
    const settings = [setting, { ...setting, name: "acme.port", required: false, default_value: "80" }];
    expect(renderPluginSettings({ plugin, settings, isSearch: false }, 30)).toBe(
      [
        "org.acme.SomeSource 1.2",
        "",
        "acme.url (string, required, high importance)",
        "    Where it is. Long enough",
        "    to be wrapped.",
        "",
        "acme.port (string, default 80, high importance)",
        "    Where it is. Long enough",
        "    to be wrapped.",
      ].join("\n"),
    );
  });

  it("tell a default that is empty from none", () => {
    const of = (default_value: string | null) =>
      renderPluginSettings({
        plugin,
        settings: [{ ...setting, required: false, default_value }],
        isSearch: false,
      });
    expect(of(null)).toContain("default none");
    expect(of("")).toContain("default empty");
  });

  it("without settings say so", () => {
    expect(renderPluginSettings({ plugin, settings: [], isSearch: true })).toContain(
      "no setting has that word",
    );
    expect(renderPluginSettings({ plugin, settings: [], isSearch: false })).toContain(
      "it tells of no settings",
    );
  });
});
