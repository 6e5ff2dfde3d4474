/**
 * Writes servers/checksums.json: each jar that servers/pom.xml brings, with its SHA-256 and the artifact that it is.
 * Into an empty repository, so that nothing that this machine kept is taken for what was published.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** Of the jars in Debezium's archive, which carries no list of them. */
const GROUPS = [
  [/^debezium-/, "io.debezium"],
  [/^postgresql-/, "org.postgresql"],
  [/^protobuf-java-/, "com.google.protobuf"],
  [/^sketches-java-/, "com.datadoghq"],
];

const root = fileURLToPath(new URL("..", import.meta.url));
const pom = join(root, "servers/pom.xml");
const scratch = mkdtempSync(join(tmpdir(), "cdc-pipeline-checksums-"));
try {
  const folder = join(scratch, "servers");
  const list = join(scratch, "list.txt");
  const options = [`-Dmaven.repo.local=${join(scratch, "repository")}`, `-Dservers.directory=${folder}`];
  const listing = ["-DincludeScope=runtime", "-Dmdep.outputScope=false", `-DoutputFile=${list}`];
  execFileSync("mvn", ["-B", "-q", "-f", pom, ...options, "package", "dependency:list", ...listing], {
    stdio: "inherit",
  });
  const resolved = artifactsOf(readFileSync(list, "utf8"));
  const paths = readdirSync(folder, { recursive: true })
    .map((path) => path.split(sep).join("/"))
    .filter((path) => path.endsWith(".jar"))
    .sort();
  const jars = paths.map((path) => ({
    path,
    sha256: createHash("sha256")
      .update(readFileSync(join(folder, path)))
      .digest("hex"),
    purl: path.startsWith("libs/") ? resolved.get(basename(path)) : inArchive(basename(path)),
  }));
  for (const { path, purl } of jars) if (purl === undefined) throw new Error(`which artifact is ${path}?`);
  const checksums = { kafka: pinned("kafka"), debezium: pinned("debezium"), jars };
  writeFileSync(join(root, "servers/checksums.json"), `${JSON.stringify(checksums, null, 2)}\n`);
  console.log(`${jars.length} jars`);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

/** By the name of the file, from lines such as `org.lz4:lz4-java:jar:1.8.0 -- module …`. */
function artifactsOf(text) {
  const lines = text.matchAll(/^\s+([^:\s]+):([^:\s]+):jar:([^:\s]+)/gm);
  return new Map(
    [...lines].map(([, group, name, version]) => [`${name}-${version}.jar`, purlOf(group, name, version)]),
  );
}

function inArchive(file) {
  const [, name, version] = /^(.+?)-(\d.*)\.jar$/.exec(file) ?? [];
  const group = GROUPS.find(([pattern]) => pattern.test(file))?.[1];
  return group === undefined ? undefined : purlOf(group, name, version);
}

function purlOf(group, name, version) {
  return `pkg:maven/${group}/${name}@${version}`;
}

function pinned(name) {
  return new RegExp(`<${name}\\.version>([^<]+)<`).exec(readFileSync(pom, "utf8"))[1];
}
