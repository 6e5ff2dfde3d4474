import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { resolveReferences } from "../../../src/config/references.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "cdc-references-"));
  await writeFile(join(folder, "secret"), "from file\n");
  await writeFile(join(folder, "windows"), "\uFEFFfrom windows\r\n");
  await writeFile(join(folder, "latin1"), Buffer.from([0xe4]));
});
afterAll(() => rm(folder, { recursive: true }));

const resolved = (value: unknown) =>
  resolveReferences(value, { env: { NAME: "from env", NESTED: "${env:NAME}", EMPTY: "" }, folder });
const messageOf = async (value: unknown) =>
  (await resolved(value)).problems.map(({ message }) => message).join();

describe("references to secrets", () => {
  test.each([
    ["${env:NAME}", "from env"],
    ["${env:EMPTY}", ""],
    ["${file:secret}", "from file"],
    ["${file:./secret}", "from file"],
    ["${file:windows}", "from windows"],
  ])("%s is replaced", async (written, value) => {
    expect(await resolved(written)).toEqual({ value, problems: [] });
  });

  test("a file is found by its absolute path", async () => {
    expect((await resolved(`\${file:${join(folder, "secret")}}`)).value).toBe("from file");
  });

  test("what a reference gives is not resolved again", async () => {
    expect((await resolved("${env:NESTED}")).value).toBe("${env:NAME}");
  });

  test.each(["plain", "$NAME", "${NAME}", "pa$$word", "{env:NAME}"])(
    "%s is kept as it is",
    async (written) => {
      expect(await resolved(written)).toEqual({ value: written, problems: [] });
    },
  );

  test("references inside lists and records are replaced", async () => {
    const { value } = await resolved([{ name: "${env:NAME}", size: 3 }, "${file:secret}"]);
    expect(value).toEqual([{ name: "from env", size: 3 }, "from file"]);
  });

  test("a missing variable is a problem that tells where it stands and its name", async () => {
    expect(await resolved([{ name: "${env:ABSENT}" }])).toMatchObject({
      problems: [{ part: [0, "name"], message: "the environment variable ABSENT is not set" }],
    });
  });

  test("a missing file is a problem that tells its name", async () => {
    expect(await messageOf("${file:absent}")).toBe("the file absent cannot be read (ENOENT)");
  });

  test("a file that is not UTF-8 is a problem", async () => {
    expect(await messageOf("${file:latin1}")).toBe("the file latin1 cannot be read (not UTF-8)");
  });

  test("~ is not expanded, and the user is told so", async () => {
    expect(await messageOf("${file:~/secret}")).toContain("write the whole path");
  });

  test.each(["a${env:NAME}", "${env:NAME}b", "${evn:NAME}", "${env:}", "${env:NAME}${env:NAME}"])(
    "%s is not silently taken for text",
    async (written) => {
      expect(await messageOf(written)).toContain("must be the whole value");
    },
  );
});
