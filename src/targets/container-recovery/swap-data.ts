import type { Context } from "../../context.js";
import { CdcError } from "../../errors.js";
import { type ArchiveShell, lastWords } from "./archive-shell.js";
import { DATA_FOLDER, DRAFT_FOLDER } from "./draft-script.js";

const asideOf = (stamp: string): string => `${DATA_FOLDER}.before-${stamp}`;

/** Arguments: the data volume's folder, the name for what is there. Says `kept` where something was. */
const SWAP = `set -euo pipefail
cd "$1"
[ -e ${DRAFT_FOLDER}/PG_VERSION ]
if [ -e ${DATA_FOLDER} ]; then mv -T ${DATA_FOLDER} "$2"; echo kept; fi
mv -T ${DRAFT_FOLDER} ${DATA_FOLDER}
sync .
`;

const SWAP_BACK = `set -euo pipefail
cd "$1"
rm -rf ${DRAFT_FOLDER}
[ -e "$2" ] || exit 0
[ ! -e ${DATA_FOLDER} ] || mv -T ${DATA_FOLDER} ${DRAFT_FOLDER}
mv -T "$2" ${DATA_FOLDER}
sync .
rm -rf ${DRAFT_FOLDER}
`;

/** Also for a machine that went down between the two renames of a swap. */
const DROP_DRAFT = `set -euo pipefail
cd "$1"
rm -rf ${DRAFT_FOLDER}
[ ! -e ${DATA_FOLDER} ] || exit 0
for aside in ${asideOf("*")}; do :; done
[ ! -e "$aside" ] || mv -T "$aside" ${DATA_FOLDER}
`;

/** What is done with the folders of a data volume, by a shell that has it mounted at `root`. */
export interface DataFolders {
  readonly shell: ArchiveShell;
  readonly root: string;
}

/**
 * Puts the restored data in its place; the server must not run. @returns whether there was data, which is kept in
 * `keptAsideIn(stamp)` then
 */
export async function swapData(
  { shell, root }: DataFolders,
  stamp: string,
  context: Context,
): Promise<boolean> {
  return (await run(shell, SWAP, [root, asideOf(stamp)], context)).includes("kept");
}

/** Undoes `swapData`, done or half done, where it kept something; what was restored goes. */
export async function swapBack({ shell, root }: DataFolders, stamp: string, context: Context): Promise<void> {
  await run(shell, SWAP_BACK, [root, asideOf(stamp)], context);
}

/** Removes what a restore that failed or was killed has left in a data volume. */
export async function dropDraft({ shell, root }: DataFolders, context: Context): Promise<void> {
  await run(shell, DROP_DRAFT, [root], context);
}

/** The folder of the data volume that the data from before is in. */
export const keptAsideIn = (root: string, stamp: string): string => `${root}/${asideOf(stamp)}`;

/** A time for names: `20261123T100000Z`. */
export const stampOf = (now: Date): string => `${now.toISOString().slice(0, 19).replaceAll(/[-:]/g, "")}Z`;

async function run(
  shell: ArchiveShell,
  script: string,
  args: readonly string[],
  context: Context,
): Promise<string> {
  const { exitCode, stdout, stderr } = await shell.run(script, args, { context });
  if (exitCode === 0) return stdout;
  throw new CdcError("RESTORE_FAILED", `the data could not be put in its place: ${lastWords(stderr)}`, {
    hint: "see what is in the data volume; what was there is in a folder that begins with pgdata",
  });
}
