import { expect, it } from "vitest";

import { imageTag } from "../../../src/targets/image-tag.js";
import { majorOf } from "../../../src/targets/k8s/wanted-servers.js";

const DIGEST = `sha256:${"0123".repeat(16)}`;

it.each([
  ["postgres:15", "15"],
  ["quay.io/debezium/connect:3.7.0.Final", "3.7.0.Final"],
  ["postgres", ""],
  ["localhost:5000/postgres", ""],
  ["localhost:5000/postgres:15-alpine", "15-alpine"],
  [`postgres:15@${DIGEST}`, "15"],
  [`postgres@${DIGEST}`, ""],
  [`localhost:5000/postgres@${DIGEST}`, ""],
])("the tag of %s is %j", (image, tag) => {
  expect(imageTag(image)).toBe(tag);
});

it("a digest is never taken for a version", () => {
  expect(majorOf(`postgres@${DIGEST}`)).toBeUndefined();
  expect(majorOf(`postgres:15@${DIGEST}`)).toBe(15);
});
