import * as z from "zod";

import type { Config } from "../../../config/config.js";
import { CdcError } from "../../../errors.js";
import { explainArchiverLog } from "../../../recovery/explain-archiver-log.js";
import { newInstanceName } from "../../../recovery/new-instance-name.js";
import { ARCHIVE, type ArchiveShell } from "../../container-recovery/archive-shell.js";
import { baseBackup } from "../../container-recovery/base-backup.js";
import { pruneArchive } from "../../container-recovery/prune-archive.js";
import { readArchive } from "../../container-recovery/read-archive.js";
import { imageTag } from "../../image-tag.js";
import type { Recovery } from "../../recovery.js";
import { deploymentOfContainers } from "../compose-deployment.js";
import { docker, dockerReason } from "../docker.js";
import { imageUnavailable } from "../ensure-images.js";
import { projectOf } from "../project.js";
import { type Snapshot, takeSnapshot } from "../snapshot.js";
import { readWanted, type Wanted } from "../wanted.js";
import { shellInContainer, shellInOwnContainer } from "./container-shell.js";
import { restoreInPlace } from "./restore-in-place.js";
import { configOfNew, requireFreshProject, restoreNew } from "./restore-new.js";
import { environmentValue } from "./server-container.js";

/** Enough for the archiver's last failures among what else the server tells. */
const LOG_LINES = "200";
const NO_ARCHIVE = { wal: [], backups: [], texts: new Map<string, string>() };

/** Backups and recovery of PostgreSQL in a compose project, with its archive in a volume of its own. */
export async function createComposeRecovery(config: Config): Promise<Recovery> {
  const project = projectOf(config);
  const wanted = await readWanted(project, new AbortController().signal);
  const postgres = wanted.services.find(({ server }) => server === "postgres");
  const { image = "", mounts = new Map<string, string>() } = postgres ?? {};
  const archive = mounts.get(ARCHIVE);
  if (archive === undefined) throw noArchive(project.file);
  const look = (signal: AbortSignal) => takeSnapshot(project, wanted, signal);
  const shellIn = ({ containers }: Snapshot): ArchiveShell => {
    const running = containers.find(({ service, status }) => service === "postgres" && status === "running");
    if (running !== undefined) return shellInContainer(running.id);
    return shellInOwnContainer({ image, user: "postgres", mounts: { [archive]: ARCHIVE } });
  };
  return {
    archive: `the volume ${archive}`,
    postgresMajor: await majorOf(image),
    async findPostgres({ signal }) {
      const { containers } = await look(signal);
      if (!containers.some(({ service, status }) => service === "postgres" && status === "running"))
        return undefined;
      return deploymentOfContainers(config, project, containers, ["postgres"]).endpoints.postgres;
    },
    async readArchive(context) {
      const snapshot = await look(context.signal);
      return snapshot.volumes.has(archive) ? readArchive(shellIn(snapshot), context) : NO_ARCHIVE;
    },
    async archiverWords({ signal }) {
      const { containers } = await look(signal);
      const container = containers.find(({ service }) => service === "postgres");
      if (container === undefined) return undefined;
      const { stderr } = await docker(["logs", "--tail", LOG_LINES, container.id], { signal });
      return explainArchiverLog(stderr);
    },
    async takeBackup(id, endpoint, context, update) {
      await baseBackup(shellIn(await look(context.signal)), id, endpoint, context, update);
    },
    async prune(plan, context) {
      const snapshot = await look(context.signal);
      if (snapshot.volumes.has(archive)) await pruneArchive(shellIn(snapshot), plan, context);
    },
    nameInstance(wish) {
      const name = wish ?? newInstanceName(project.name, new Date());
      if (/^[a-z0-9][a-z0-9_-]*$/.test(name)) return name;
      throw new CdcError("USAGE", `--into ${name} cannot be the name of a compose project`, {
        hint: "lower-case letters, digits, - and _, a letter or digit first",
      });
    },
    async checkPlace(place, { signal }) {
      if (place.kind === "new") return requireFreshProject(await configOfNew(config, place.into), signal);
      const { volumes } = await look(signal);
      if (dataVolumesOf(wanted).some((name) => volumes.has(name))) return;
      throw new CdcError("NOT_DEPLOYED", `the compose project ${project.name} has no PostgreSQL`, {
        hint: "to restore into a project of its own, leave out --in-place",
      });
    },
    async restore(plan, place, stage, context) {
      if (place.kind === "in-place") return restoreInPlace(config, plan, stage, context);
      return restoreNew(await configOfNew(config, place.into), archive, plan, stage, context);
    },
  };
}

function dataVolumesOf({ services }: Wanted): string[] {
  const mounts = services.find(({ server }) => server === "postgres")?.mounts ?? new Map<string, string>();
  return [...mounts].flatMap(([path, name]) => (path === ARCHIVE ? [] : [name]));
}

/** @throws CdcError IMAGE_UNAVAILABLE */
async function majorOf(image: string): Promise<number> {
  const answer = await docker(["image", "inspect", "--format", "{{json .Config.Env}}", image]);
  if (answer.failed) throw imageUnavailable([image], dockerReason(answer.stderr));
  const env = z.array(z.string()).nullable().parse(JSON.parse(answer.stdout)) ?? [];
  return Number(environmentValue(env, "PG_MAJOR") ?? imageTag(image).split(".")[0]);
}

function noArchive(file: string): CdcError {
  return new CdcError(
    "COMPOSE_FILE_INVALID",
    `${file} gives its service postgres no volume at ${ARCHIVE}, where backups are kept`,
    {
      hint: "take these lines from the docker-compose.yml of the package, which is used without compose.file",
    },
  );
}
