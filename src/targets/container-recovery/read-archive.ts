import type { Context } from "../../context.js";
import { CdcError } from "../../errors.js";
import type { ArchivedFile, ArchiveFacts, BackupFolder } from "../../recovery/archive-facts.js";
import { ARCHIVE, type ArchiveShell, lastWords } from "./archive-shell.js";

/** Lines of fields between tabs; texts in base64, so that each is one line. A file that vanishes is left out. */
const READ_ARCHIVE = `
cd ${ARCHIVE} || exit
echo begin
[ ! -d wal ] || find wal -maxdepth 1 -type f ! -name '.*' -printf 'wal\\t%s\\t%T@\\t%f\\n'
for folder in backups/*; do
  [ -s "$folder/PG_VERSION" ] && [ "\${folder%.new}" = "$folder" ] || continue
  bytes=$(find "$folder" -type f -printf '%s\\n' | awk '{ sum += $1 } END { printf "%.0f", sum }')
  printf 'backup\\t%s\\t%s\\t%s\\n' "$bytes" "$(cat "$folder/PG_VERSION")" "\${folder#backups/}"
done
for file in wal/*.backup wal/*.history; do
  [ -f "$file" ] && printf 'text\\t%s\\t%s\\n' "$(base64 -w 0 "$file")" "\${file#wal/}"
done
echo end
`;

/** Reads all there is to know of an archive in one go. */
export async function readArchive(shell: ArchiveShell, context: Context): Promise<ArchiveFacts> {
  const { exitCode, stdout, stderr } = await shell.run(READ_ARCHIVE, [], { context });
  if (exitCode === 0) return parseArchive(stdout);
  throw new CdcError("BACKUP_FAILED", `the archive ${ARCHIVE} could not be read: ${lastWords(stderr)}`, {
    hint: "cdc-pipeline logs postgres",
  });
}

/** What the script prints. */
export function parseArchive(output: string): ArchiveFacts {
  const lines = output.trim().split("\n");
  if (lines[0] !== "begin" || lines.at(-1) !== "end") throw new Error("the list of the archive is not whole");
  const wal: ArchivedFile[] = [];
  const backups: BackupFolder[] = [];
  const texts = new Map<string, string>();
  for (const line of lines.slice(1, -1)) {
    const [kind = "", first = "", second = "", third = ""] = line.split("\t");
    if (kind === "wal") {
      // Seconds with a fraction of ten digits.
      wal.push({ name: third, sizeBytes: Number(first), archivedAtMs: Number(second) * 1000 });
    } else if (kind === "backup") {
      backups.push({ id: third, sizeBytes: Number(first), postgresMajor: Number(second) });
    } else if (kind === "text") texts.set(second, Buffer.from(first, "base64").toString("utf8"));
  }
  const byName = ({ name: one }: ArchivedFile, { name: other }: ArchivedFile) => (one < other ? -1 : 1);
  return { wal: wal.sort(byName), backups, texts };
}
