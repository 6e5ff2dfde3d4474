import type { PostgresEndpoint } from "../clients/postgres.js";
import type { PostgresTls } from "../clients/postgres-tls.js";
import { readTlsFiles, refuseTlsFiles } from "./read-tls-files.js";
import type { FromConnectSettings } from "./sections/from-connect.js";
import type { PostgresSettings } from "./sections/postgres.js";
import { collectProblems, type Complain, type SettingProblem } from "./setting-problem.js";

/** How a connector reaches PostgreSQL; the files are on its worker's machine. */
export interface FromConnect {
  readonly postgresHost?: string | undefined;
  readonly postgresPort?: number | undefined;
  readonly tls?: ConnectorTls;
}

export interface ConnectorTls {
  readonly mode: PostgresTls["mode"];
  readonly caFile?: string | undefined;
  readonly certFile?: string | undefined;
  readonly keyFile?: string | undefined;
}

interface RoleFiles {
  readonly certFile?: string | undefined;
  readonly keyFile?: string | undefined;
}

/**
 * How PostgreSQL is reached from here, by settings that are right one by one.
 * @param settings with absolute paths
 * @param role what Debezium's role shows of itself, with absolute paths
 */
export async function readPostgres(
  { sslMode, caFile, certFile, keyFile, ...login }: PostgresSettings,
  role: RoleFiles,
): Promise<{
  postgres: PostgresEndpoint;
  problems: readonly SettingProblem[];
}> {
  const { problems, wrong } = collectProblems("postgres");
  const ofRole = collectProblems("debezium");
  const access = await readTlsFiles("postgres", { caFile, certFile, keyFile }, wrong);
  if (sslMode === "disable") {
    refuseTlsFiles({ caFile, certFile, keyFile }, wrong, "expected another postgres.sslMode than disable");
  }
  if (sslMode === "prefer" && caFile !== undefined) {
    wrong("caFile", "expected postgres.sslMode verify-full, verify-ca or require: prefer checks nothing");
  }
  const { clientCertificate } = await readTlsFiles("debezium", role, ofRole.wrong);
  if (sslMode === "disable") {
    refuseTlsFiles(role, ofRole.wrong, "expected another postgres.sslMode than disable");
  }
  const tls = {
    mode: sslMode,
    ...access,
    ...(clientCertificate === undefined ? {} : { debeziumCertificate: clientCertificate }),
  };
  return { postgres: { ...login, tls }, problems: [...problems, ...ofRole.problems] };
}

/**
 * How a connector reaches PostgreSQL. What is asked of our own connections is asked of its too, and never
 * less in silence: where it needs a file that only the worker has, that must be named.
 * @param isModeGiven whether `postgres.sslMode` was set by somebody
 */
export function readFromConnect(
  settings: FromConnectSettings,
  { sslMode, caFile }: PostgresSettings,
  isModeGiven: boolean,
): { fromConnect: FromConnect; problems: readonly SettingProblem[] } {
  const { problems, wrong } = collectProblems("fromConnect");
  const { postgresHost, postgresPort, postgresSslMode, ...files } = settings;
  const { postgresCaFile, postgresCertFile, postgresKeyFile } = files;
  const mode = postgresSslMode ?? (isModeGiven ? sslMode : undefined);
  const isInherited = postgresSslMode === undefined && mode?.startsWith("verify-") === true;
  if (isInherited && caFile !== undefined && postgresCaFile === undefined) {
    wrong(
      "postgresCaFile",
      `expected the path of that authority on Kafka Connect's machine, because postgres.sslMode is ${sslMode}; or fromConnect.postgresSslMode`,
    );
  }
  refuseLoneFiles(files, mode, wrong);
  const tls = mode && { mode, caFile: postgresCaFile, certFile: postgresCertFile, keyFile: postgresKeyFile };
  return { fromConnect: { postgresHost, postgresPort, ...(tls === undefined ? {} : { tls }) }, problems };
}

function refuseLoneFiles(
  files: Pick<FromConnectSettings, "postgresCaFile" | "postgresCertFile" | "postgresKeyFile">,
  mode: PostgresTls["mode"] | undefined,
  wrong: Complain,
): void {
  const { postgresCertFile: certFile, postgresKeyFile: keyFile } = files;
  if (certFile !== undefined && keyFile === undefined) {
    wrong("postgresCertFile", "expected fromConnect.postgresKeyFile too");
  }
  if (keyFile !== undefined && certFile === undefined) {
    wrong("postgresKeyFile", "expected fromConnect.postgresCertFile too");
  }
  if (mode !== undefined && mode !== "disable") return;
  for (const [key, file] of Object.entries(files)) {
    if (file !== undefined) wrong(key, "expected fromConnect.postgresSslMode beside it, such as verify-full");
  }
}
