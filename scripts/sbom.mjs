/**
 * Prints a software bill of materials (CycloneDX, JSON): the npm packages that the program needs, as npm tells them, and
 * the jars of servers/checksums.json with their checksums.
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (path) => JSON.parse(readFileSync(new URL(`../${path}`, import.meta.url), "utf8"));

/** What the lock file says, of all platforms alike. `--omit dev` would leave out what the tests' packages need as well. */
const NPM = ["sbom", "--sbom-format", "cyclonedx", "--package-lock-only"];
const options = { cwd: root, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 };
const bom = JSON.parse(execFileSync("npm", NPM, options));
const { name, version } = read("package.json");
// npm takes the folder's name for the package's.
bom.metadata.component.name = name;
bom.metadata.component.version = version;

const isForTests = ({ properties = [] }) =>
  properties.some(({ name, value }) => name === "cdx:npm:package:development" && value === "true");
const left = new Set(bom.components.filter(isForTests).map((component) => component["bom-ref"]));
bom.components = bom.components.filter((component) => !left.has(component["bom-ref"]));
bom.dependencies = bom.dependencies
  .filter(({ ref }) => !left.has(ref))
  .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((other) => !left.has(other)) }));

const jars = read("servers/checksums.json").jars.map(({ path, sha256, purl }) => {
  const [, group, jar, jarVersion] = /^pkg:maven\/([^/]+)\/([^@]+)@(.+)$/.exec(purl);
  return {
    // One artifact may be both in Kafka's class path and in Debezium's archive.
    "bom-ref": `${purl}#${path}`,
    type: "library",
    group,
    name: jar,
    version: jarVersion,
    scope: "required",
    hashes: [{ alg: "SHA-256", content: sha256 }],
    purl,
    properties: [{ name: "cdc-pipeline:path", value: path }],
  };
});
bom.components.push(...jars);
const own = bom.dependencies.find(({ ref }) => ref === bom.metadata.component["bom-ref"]);
own?.dependsOn.push(...jars.map((jar) => jar["bom-ref"]));
for (const jar of jars) bom.dependencies.push({ ref: jar["bom-ref"], dependsOn: [] });
process.stdout.write(`${JSON.stringify(bom, null, 2)}\n`);
