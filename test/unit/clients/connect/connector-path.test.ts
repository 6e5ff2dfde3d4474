import { expect, it } from "vitest";

import { connectorPath } from "../../../../src/clients/connect/connector-path.js";

it("a connector's path is one below that of all connectors", () => {
  expect(connectorPath("a/../b?c#d", "/config")).toBe("/connectors/a%2F..%2Fb%3Fc%23d/config");
});

it.each(["", ".", "..", "\ud800"])("a name that would be another place's address is refused: %j", (name) => {
  expect(() => connectorPath(name, "/config")).toThrow(
    expect.objectContaining({ code: "CONNECTOR_NAME_INVALID" }),
  );
});
