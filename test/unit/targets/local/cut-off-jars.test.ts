import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, it } from "vitest";

import { findCutOffJars } from "../../../../src/targets/local/cut-off-jars.js";
import { useSandbox } from "../../../support/leaks.js";

const sandbox = useSandbox();

/** The directory of an archive without files, which is a whole archive. */
const end = (comment = ""): Buffer => {
  const directory = Buffer.alloc(22);
  directory.write("PK\x05\x06", "latin1");
  directory.writeUInt16LE(comment.length, 20);
  return Buffer.concat([directory, Buffer.from(comment)]);
};

it("finds the jars that do not go on to their end, and no others", async () => {
  const { folder } = sandbox;
  await mkdir(join(folder, "plugins", "debezium"), { recursive: true });
  const content = Buffer.alloc(200_000, "PK\x03\x04 and so on");
  const files = {
    "whole.jar": Buffer.concat([content, end()]),
    "with-a-comment.jar": Buffer.concat([content, end("x".repeat(30_000))]),
    "small.jar": end(),
    "empty.jar": Buffer.alloc(0),
    "LICENSE.txt": content,
    "plugins/debezium/half.jar": content,
    "plugins/debezium/almost.jar": Buffer.concat([content, end().subarray(0, 3)]),
  };
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes);
  expect(await findCutOffJars(folder)).toEqual([
    "empty.jar",
    "plugins/debezium/almost.jar",
    "plugins/debezium/half.jar",
  ]);
});
