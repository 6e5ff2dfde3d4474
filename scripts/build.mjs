// Builds dist. Runs on `npm install` (prepare), so it must need nothing but the dev dependencies.
//
//   dist/       the library, compiled file by file, with its types
//   dist/bin/   the command line, bundled with the packages it uses: one file for help and version and a
//               few for the rest. Reading hundreds of small files costs more time than what is in them.
import { execFileSync } from "node:child_process";
import { chmodSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { rolldown } from "rolldown";

const root = fileURLToPath(new URL("..", import.meta.url));
const tsc = fileURLToPath(new URL("../node_modules/typescript/bin/tsc", import.meta.url));

rmSync(`${root}dist`, { recursive: true, force: true });
execFileSync(process.execPath, [tsc, "-p", "tsconfig.build.json"], { cwd: root, stdio: "inherit" });

const bundle = await rolldown({
  input: {
    "cdc-pipeline": `${root}dist/cli.js`,
    // Started as a thread, by its file's name.
    "engine-worker": `${root}dist/reconcile/engine/engine-worker.js`,
  },
  platform: "node",
  // Its main file asks for its parts by a name that no bundler sees: https://github.com/microsoft/node-jsonc-parser/issues/57
  resolve: { alias: { "jsonc-parser": `${root}node_modules/jsonc-parser/lib/esm/main.js` } },
  // An addition to pg that is not installed here; pg asks for it only where somebody wants it.
  external: ["pg-native"],
  logLevel: "warn",
});
await bundle.write({
  dir: `${root}dist/bin`,
  format: "esm",
  sourcemap: true,
  chunkFileNames: "[name]-[hash].js",
});
await bundle.close();
chmodSync(`${root}dist/bin/cdc-pipeline.js`, 0o755);
