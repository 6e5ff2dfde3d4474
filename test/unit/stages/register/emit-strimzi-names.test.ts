import { expect, it } from "vitest";

import { namesOf } from "../../../../src/names.js";
import { renderKafkaConnector } from "../../../../src/stages/register/emit-strimzi.js";

it.each(["_shop", "__proto__", "_", "___", "0_"])(
  "the resource of the database %s has a name that Kubernetes takes",
  (database) => {
    const resource = renderKafkaConnector(namesOf(database).connector, {}, { strimziCluster: "c" });
    expect(resource).toMatchObject({
      metadata: { name: expect.stringMatching(/^[a-z0-9][a-z0-9-]*[a-z0-9]$/) as string },
    });
  },
);

it("two databases whose names differ in _ at the beginning alone have two resources", () => {
  const nameOf = (database: string) => {
    const resource = renderKafkaConnector(namesOf(database).connector, {}, { strimziCluster: "c" });
    return (resource as { metadata: { name: string } }).metadata.name;
  };
  expect(new Set(["shop", "_shop", "__shop"].map(nameOf)).size).toBe(3);
});
