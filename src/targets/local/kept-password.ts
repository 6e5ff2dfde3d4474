import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";

import { CdcError } from "../../errors.js";
import type { WorkerPassword } from "../worker-password.js";
import { type Layout, planLayout, serverDir } from "./layout.js";
import { makePrivateFolder, writePrivateFile } from "./private-files.js";
import { findServiceUser } from "./service-user.js";

/** The same name as in the cluster's Secret: it is the key of the reference. */
const FILE = "debezium-password";
const NEXT_FILE = `${FILE}.next`;

/** The only folder that Kafka Connect's config provider may read. */
export const passwordFolder = (layout: Layout): string => join(serverDir(layout, "connect"), "secrets");

/**
 * The worker's settings for its config provider; empty where its path cannot stand in a reference or in a list of
 * paths, or is not ASCII, which a JVM without a locale cannot open: then configurations hold the password itself.
 */
export function providerSettings(folder: string): string {
  if (!/^[\x20-\x7e]+$/.test(folder) || /[,:{}\\]/.test(folder)) return "";
  return `# Connectors' configurations refer to the password of Debezium's role, and do not hold it.
config.providers=directory
config.providers.directory.class=org.apache.kafka.common.config.provider.DirectoryConfigProvider
config.providers.directory.param.allowed.paths=${folder}
`;
}

/** Makes the folder, for the servers' user alone: a worker does not start without it. */
export async function makePasswordFolder(layout: Layout): Promise<void> {
  await makePrivateFolder(passwordFolder(layout), layout.user);
}

/** The password of this directory's worker; undefined where the worker was started without the provider. */
export async function findWorkerPassword(layout: Layout): Promise<WorkerPassword | undefined> {
  const folder = passwordFolder(layout);
  const wanted = providerSettings(folder);
  const settings = await readFile(settingsFileOf(layout), "utf8").catch(() => "");
  if (wanted === "" || !settings.includes(wanted)) return undefined;
  return {
    reference: `\${directory:${folder}:${FILE}}`,
    read: () => readText(join(folder, FILE)),
    write: (password) => replaceFile(layout, FILE, password),
    readNext: () => readText(join(folder, NEXT_FILE)),
    writeNext: (password) =>
      password === undefined
        ? rm(join(folder, NEXT_FILE), { force: true })
        : replaceFile(layout, NEXT_FILE, password),
    // Each command reads the configuration, and with it this file: the lock's package listens for signals once it is read.
    exclusively: async (context, work) =>
      (await import("./lock.js")).withLock(layout.stateDir, context, work),
  };
}

export const settingsFileOf = (layout: Layout): string =>
  join(serverDir(layout, "connect"), "connect-distributed.properties");

/** What is in force with the servers of a state folder: it goes before the default. */
export async function readKeptPassword(
  stateDir: string,
  cacheDir: string | undefined,
): Promise<string | undefined> {
  // Where the folders cannot be planned, nothing was ever started.
  const layout = await findServiceUser()
    .then((user) => planLayout(stateDir, cacheDir, user))
    .catch(() => undefined);
  return layout === undefined ? undefined : readText(join(passwordFolder(layout), FILE));
}

async function readText(path: string): Promise<string | undefined> {
  const text = await readFile(path, "utf8").catch(() => "");
  return text === "" ? undefined : text;
}

/** A draft that a killed run has left goes with the next. */
async function replaceFile(layout: Layout, name: string, text: string): Promise<void> {
  const folder = passwordFolder(layout);
  try {
    await makePasswordFolder(layout);
    const drafts = (await readdir(folder)).filter((file) => file.endsWith(".new"));
    for (const file of drafts) await rm(join(folder, file), { force: true });
    await writePrivateFile(join(folder, name), text, layout.user);
  } catch (error) {
    if (error instanceof CdcError) throw error;
    throw new CdcError(
      "PATH_NOT_WRITABLE",
      `cannot keep the password of Debezium's role in ${folder}: ${(error as Error).message}`,
      { hint: "run it as the user who started the servers", cause: error },
    );
  }
}
