// Compiles src to dist. Runs on `npm install` (prepare), so it must need nothing but the dev dependencies.
import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const tsc = fileURLToPath(new URL("../node_modules/typescript/bin/tsc", import.meta.url));

rmSync(`${root}dist`, { recursive: true, force: true });
execFileSync(process.execPath, [tsc, "-p", "tsconfig.build.json"], { cwd: root, stdio: "inherit" });
cpSync(`${root}src/stages/prepare/sql`, `${root}dist/stages/prepare/sql`, { recursive: true });
chmodSync(`${root}dist/cli.js`, 0o755);
