import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { canReach, chooseServiceUser, parsePasswd } from "../../../../src/targets/local/service-user.js";

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "cdc-pipeline-test-")));
  chmodSync(folder, 0o755);
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Nobody's numbers, so that neither owner's nor group's rights apply. */
const stranger = { name: "stranger", uid: 64_001, gid: 64_001 };

function makeFolder(name: string, mode: number): string {
  const path = join(folder, name);
  mkdirSync(path);
  chmodSync(path, mode);
  return path;
}

describe("the users of a passwd file", () => {
  it("are read with their numbers, other lines are passed over", () => {
    const text = [
      "root:x:0:0:root:/root:/bin/bash",
      "postgres:x:101:104:PostgreSQL administrator,,,:/var/lib/postgresql:/bin/bash",
      "",
      "# a comment",
      "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin",
    ].join("\n");
    expect(parsePasswd(text)).toEqual([
      { name: "root", uid: 0, gid: 0 },
      { name: "postgres", uid: 101, gid: 104 },
      { name: "nobody", uid: 65_534, gid: 65_534 },
    ]);
  });

  it("are none in an empty file", () => {
    expect(parsePasswd("")).toEqual([]);
  });
});

describe("a folder", () => {
  it("is within reach when all above it may be entered, whether it exists or not", async () => {
    expect(await canReach(stranger, makeFolder("open", 0o755))).toBe(true);
    expect(await canReach(stranger, join(folder, "not", "there", "yet"))).toBe(true);
  });

  it("is within reach where it may be entered but not listed", async () => {
    expect(await canReach(stranger, join(makeFolder("dark", 0o711), "inner"))).toBe(true);
  });

  it("is out of reach below a folder that only others may enter", async () => {
    const closed = makeFolder("closed", 0o700);
    expect(await canReach(stranger, closed)).toBe(false);
    expect(await canReach(stranger, join(closed, "not", "there", "yet"))).toBe(false);
  });

  it("is within reach of its owner and of its group by their own rights", async () => {
    const { uid, gid } = statSync(folder);
    const [mine, ours] = [makeFolder("mine", 0o700), makeFolder("ours", 0o710)];
    expect(await canReach({ name: "owner", uid, gid: stranger.gid }, mine)).toBe(true);
    expect(await canReach({ name: "member", uid: stranger.uid, gid }, mine)).toBe(false);
    expect(await canReach({ name: "member", uid: stranger.uid, gid }, ours)).toBe(true);
  });

  it("is out of reach of its group when only strangers may enter", async () => {
    const { gid } = statSync(folder);
    const odd = makeFolder("odd", 0o701);
    expect(await canReach({ name: "member", uid: stranger.uid, gid }, odd)).toBe(false);
    expect(await canReach(stranger, odd)).toBe(true);
  });
});

describe("the user that servers run as", () => {
  const line = (name: string, uid: number) => `${name}:x:${uid}:${uid}::/:/bin/sh`;
  const passwd = [line("root", 0), line("nobody", 65_534), line("postgres", 999), line("ann", 1000)].join(
    "\n",
  );
  const nameFor = (ownUid: number, sudoUid: number, text = passwd) =>
    chooseServiceUser(ownUid, text, sudoUid)?.name;

  it("is oneself for an ordinary user", () => {
    expect(nameFor(1000, 0)).toBeUndefined();
  });

  it("is for root the one who called sudo, else postgres, else nobody", () => {
    expect(nameFor(0, 1000)).toBe("ann");
    expect(nameFor(0, 0)).toBe("postgres");
    expect(nameFor(0, 0, [line("root", 0), line("nobody", 65_534)].join("\n"))).toBe("nobody");
  });

  it("is never root: where there is nobody else, that is an error with a remedy", () => {
    const onlyRoot = [line("root", 0), line("postgres", 0)].join("\n");
    expect(() => nameFor(0, 0, onlyRoot)).toThrow(/no user postgres or nobody/);
  });
});
