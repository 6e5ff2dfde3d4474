/** Folders whose contents belong to the running server, or are made anew by the next one. */
const EMPTIED =
  /^(pg_wal|pg_replslot|pg_dynshmem|pg_notify|pg_serial|pg_snapshots|pg_stat_tmp|pg_subtrans)\/./;

/** Files of the running server, and those that a backup brings itself. */
const DROPPED =
  /^(postmaster\.(pid|opts)|backup_label(\.old)?|tablespace_map(\.old)?|backup_manifest|current_logfiles|postgresql\.auto\.conf\.tmp)$/;

/** Caches, temporary tables and the spilled parts of sorts. */
const TEMPORARY = /(^|\/)(pg_internal\.init(\.\d+)?|pgsql_tmp[^/]*|t\d+_\d+(_(fsm|vm|init))?(\.\d+)?)($|\/)/;

const RELATION = /^(.*\/)?(\d+)(?:_(?:fsm|vm))?(?:\.\d+)?$/;

/**
 * Whether a base backup goes without a path of the data directory.
 * @param unlogged paths without fork of the tables that no WAL is written for: they are emptied by recovery
 */
export function isLeftOut(path: string, unlogged: ReadonlySet<string>): boolean {
  if (EMPTIED.test(path) || DROPPED.test(path) || TEMPORARY.test(path)) return true;
  const [, folder = "", relation] = RELATION.exec(path) ?? [];
  return relation !== undefined && unlogged.has(`${folder}${relation}`);
}

/** The unlogged tables among the paths of a data directory: each has an empty twin to begin from. */
export function unloggedAmong(paths: readonly string[]): Set<string> {
  return new Set(
    paths.filter((path) => /\/\d+_init$/.test(path)).map((path) => path.slice(0, -"_init".length)),
  );
}
