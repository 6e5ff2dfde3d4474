import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { beforeEach, describe, expect, it, vi } from "vitest";

import { findJava } from "../../../../src/targets/local/java.js";
import { findServiceUser, type ServiceUser } from "../../../../src/targets/local/service-user.js";
import { catchCdcError } from "../../../support/catch-cdc-error.js";
import { useSandbox } from "../../../support/leaks.js";

const sandbox = useSandbox();
let user: ServiceUser | undefined;
beforeEach(async () => {
  user = await findServiceUser();
  vi.stubEnv("JAVA_HOME", undefined);
});

/** A folder such as JAVA_HOME names, whose `java` is a script. @returns the folder */
async function fakeJava(script: string, name = "java-home"): Promise<string> {
  const home = join(sandbox.folder, name);
  await mkdir(join(home, "bin"), { recursive: true });
  await writeFile(join(home, "bin", "java"), `#!/bin/sh\n${script}\n`);
  await chmod(join(home, "bin", "java"), 0o755);
  return home;
}

const printing = (version: string) => `echo 'openjdk version "${version}" 2025-04-15' >&2`;

describe("the Java of the servers", () => {
  it("is the one of the configuration, before JAVA_HOME and the PATH", async () => {
    const home = await fakeJava(printing("21.0.4"));
    vi.stubEnv("JAVA_HOME", await fakeJava(printing("17.0.15"), "other"));
    expect(await findJava(home, user)).toMatchObject({ path: join(home, "bin", "java"), version: "21.0.4" });
  });

  it("is the one of JAVA_HOME, before the PATH", async () => {
    const home = await fakeJava(printing("17.0.15"));
    vi.stubEnv("JAVA_HOME", home);
    expect(await findJava(undefined, user)).toMatchObject({
      path: join(home, "bin", "java"),
      version: "17.0.15",
    });
  });

  it("is the one of the PATH, also where JAVA_HOME is set to nothing", async () => {
    const home = await fakeJava(printing("17"));
    vi.stubEnv("PATH", join(home, "bin"));
    vi.stubEnv("JAVA_HOME", "");
    expect(await findJava(undefined, user)).toMatchObject({ path: "java", version: "17" });
  });
});

describe("a Java that is missing", () => {
  it("is an error that says how to install one", async () => {
    const home = join(sandbox.folder, "nowhere");
    const error = await catchCdcError(findJava(home, user));
    expect(error.code).toBe("JAVA_MISSING");
    expect(error.message).toContain(`cannot run ${join(home, "bin", "java")}`);
    expect(error.message).toContain("there is no such program");
    expect(error.hint).toMatch(/install Java 17.*JAVA_HOME/);
  });

  it("is an error where the PATH has none", async () => {
    vi.stubEnv("PATH", sandbox.folder);
    const error = await catchCdcError(findJava(undefined, user));
    expect(error).toMatchObject({
      code: "JAVA_MISSING",
      message: expect.stringContaining("cannot run java") as string,
    });
  });

  it("is an error where it is only a stub that fails, as on macOS", async () => {
    const home = await fakeJava("echo 'Unable to locate a Java Runtime.' >&2; exit 1");
    expect((await catchCdcError(findJava(home, user))).code).toBe("JAVA_MISSING");
  });

  it.skipIf(process.getuid?.() !== 0)("is an error where the servers' user cannot reach it", async () => {
    const home = await fakeJava(printing("21"));
    await chmod(home, 0o700);
    const error = await catchCdcError(findJava(home, user));
    expect(error.code).toBe("JAVA_MISSING");
    expect(error.message).toContain(`as user ${user?.name ?? ""}`);
  });
});

describe("a Java that is too old", () => {
  it.each(["1.8.0_392", "11.0.24", "16.0.2"])("is refused: %s", async (version) => {
    const home = await fakeJava(printing(version));
    const error = await catchCdcError(findJava(home, user));
    expect(error.code).toBe("JAVA_TOO_OLD");
    expect(error.message).toContain(`is Java ${version}; 17 or newer is needed`);
    expect(error.hint).toContain("install Java 17");
  });

  it("is refused also where its version cannot be read", async () => {
    const error = await catchCdcError(findJava(await fakeJava("echo hello"), user));
    expect(error.code).toBe("JAVA_TOO_OLD");
    expect(error.message).toContain("of an unknown version");
  });
});
