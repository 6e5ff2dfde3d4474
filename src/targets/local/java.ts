import { join } from "node:path";

import { execa } from "execa";

import { CdcError } from "../../errors.js";
import type { ServiceUser } from "./service-user.js";

export interface Java {
  readonly path: string;
  /** As it calls itself: `17.0.15`. */
  readonly version: string;
  /** All that `java -version` prints: two builds of one version differ in it. */
  readonly build: string;
}

const OLDEST = 17;
const HINT = `install Java ${OLDEST} or newer (Debian, Ubuntu: apt-get install openjdk-17-jre-headless; macOS: brew install openjdk@21), or set JAVA_HOME`;

/**
 * The Java that the servers will run on: `javaHome`, else JAVA_HOME, else the one on the PATH; tried as
 * the user that the servers run as.
 * @throws CdcError JAVA_MISSING, JAVA_TOO_OLD
 */
export async function findJava(javaHome: string | undefined, user: ServiceUser | undefined): Promise<Java> {
  const home = javaHome ?? process.env.JAVA_HOME;
  const path = home === undefined || home === "" ? "java" : join(home, "bin", "java");
  const result = await execa(path, ["-version"], {
    reject: false,
    cwd: "/",
    all: true,
    ...(user === undefined ? {} : { uid: user.uid, gid: user.gid }),
  });
  if (result.failed) {
    const why = result.code === "ENOENT" ? "there is no such program" : (result.shortMessage ?? "it failed");
    const as = user === undefined ? "" : ` as user ${user.name}`;
    throw new CdcError("JAVA_MISSING", `cannot run ${path}${as}: ${why}`, { hint: HINT });
  }
  const version = parseJavaVersion(result.all);
  if (version === undefined || majorOf(version) < OLDEST) {
    throw new CdcError(
      "JAVA_TOO_OLD",
      `${path} is Java ${version ?? "of an unknown version"}; ${OLDEST} or newer is needed`,
      {
        hint: HINT,
      },
    );
  }
  return { path, version, build: result.all };
}

/** The version in the output of `java -version`. */
export function parseJavaVersion(output: string): string | undefined {
  return /version "([^"]+)"/.exec(output)?.[1];
}

/** 17 of `17.0.15`, 8 of `1.8.0_392`. */
export function majorOf(version: string): number {
  const [first = "0", second = "0"] = version.split(/[._-]/);
  return first === "1" ? Number(second) : Number(first);
}
