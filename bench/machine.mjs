import { execFileSync } from "node:child_process";
import { arch, cpus, loadavg, platform, release, totalmem } from "node:os";

/** What the numbers depend on. */
export async function describeMachine() {
  const { findServiceUser } = await import("../dist/targets/local/service-user.js");
  const { findJava } = await import("../dist/targets/local/java.js");
  const java = await findJava(undefined, await findServiceUser()).catch(() => undefined);
  const [first] = cpus();
  return {
    cpu: first?.model ?? "unknown",
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${release()} ${arch()}`,
    node: process.version,
    java: java?.version,
    psql: versionOf("psql"),
    loadBefore: loadavg()[0],
  };
}

/** The version line of a program; undefined where there is none. */
export function versionOf(program) {
  try {
    return execFileSync(program, ["--version"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  } catch {
    return undefined;
  }
}
