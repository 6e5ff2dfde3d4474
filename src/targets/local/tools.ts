import type { Context } from "../../context.js";
import { outcome, type Stage } from "../../run-stage.js";
import { fingerprintOf } from "./fingerprint.js";
import { ensureJars } from "./jars.js";
import { findJava } from "./java.js";
import type { Jvm } from "./jvm.js";
import type { Layout } from "./layout.js";
import { ensurePostgresBinaries } from "./postgres-binaries.js";
import { VERSIONS } from "./versions.js";

/** The programs that the servers need; looked for once, and only when a server must be started. */
export interface Tools {
  readonly postgresBinaries: () => Promise<string>;
  readonly jvm: () => Promise<Jvm & { readonly pluginPath: string }>;
}

export function findTools(
  layout: Layout,
  settings: { readonly javaHome?: string | undefined; readonly jvmFlags: "fast" | "stock" },
  stage: Stage,
  context: Context,
): Tools {
  return {
    postgresBinaries: once(() =>
      stage.step("PostgreSQL binaries", async () => {
        const { folder, created } = await ensurePostgresBinaries(layout.cacheDir);
        return outcome(created ? "created" : "unchanged", VERSIONS.postgres, folder);
      }),
    ),
    jvm: once(async () => {
      const java = await stage.step("Java", async () => {
        const found = await findJava(settings.javaHome, layout.user);
        return outcome("unchanged", found.version, found);
      });
      const jars = await stage.step("Kafka and Debezium jars", async (update) => {
        const found = await ensureJars(layout.cacheDir, { signal: context.signal, update });
        return outcome(
          found.created ? "created" : "unchanged",
          `${VERSIONS.kafka}, ${VERSIONS.debezium}`,
          found,
        );
      });
      const { classPath, pluginPath, createdAtMs } = jars;
      const archiveKey = fingerprintOf(java.build, createdAtMs);
      return { java, layout, flags: settings.jvmFlags, classPath, pluginPath, archiveKey };
    }),
  };
}

function once<T>(find: () => Promise<T>): () => Promise<T> {
  let found: Promise<T> | undefined;
  return () => (found ??= find());
}
