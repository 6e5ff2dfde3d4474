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

/** Why a section cannot be measured here, in one line; undefined where it can. */
export function whyNot(programs, ...checks) {
  const missing = programs.filter((name) => versionOf(name) === undefined);
  if (missing.length > 0) return `there is no ${missing.join(", no ")}`;
  for (const [command, ...args] of checks) {
    try {
      execFileSync(command, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], timeout: 20_000 });
    } catch (error) {
      const said = String(error.stderr ?? "")
        .trim()
        .split("\n")
        .at(-1);
      return `${command}: ${(said === "" ? error.message : said).replace(/[.?]+$/, "")}`;
    }
  }
  return undefined;
}
