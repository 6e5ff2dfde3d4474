import type * as testcontainers from "testcontainers";

import type { Context } from "../context.js";
import { CdcError } from "../errors.js";

type Testcontainers = typeof testcontainers;

/** The package testcontainers, and the daemon that it found. */
export interface Docker {
  readonly library: Testcontainers;
  readonly runtime: testcontainers.ContainerRuntimeClient;
}

/** @throws CdcError TESTCONTAINERS_MISSING, DOCKER_UNREACHABLE */
export async function connectToDocker(): Promise<Docker> {
  const library = await loadLibrary();
  try {
    return { library, runtime: await library.getContainerRuntimeClient() };
  } catch (error) {
    throw new CdcError("DOCKER_UNREACHABLE", `no Docker daemon answers: ${(error as Error).message}`, {
      hint: "start Docker and try `docker version`; where it is elsewhere, set DOCKER_HOST",
      cause: error,
    });
  }
}

/** Loaded when containers are started: it is heavy, and the peer of those who use it. */
async function loadLibrary(): Promise<Testcontainers> {
  try {
    return await import("testcontainers");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw error;
    throw new CdcError("TESTCONTAINERS_MISSING", "the package testcontainers is not installed", {
      hint: "npm install --save-dev testcontainers@11",
      cause: error,
    });
  }
}

/**
 * Fetches what is missing. An abort does not wait for a download, which then goes on in the daemon.
 * @throws CdcError IMAGE_UNAVAILABLE, SERVER_NOT_READY
 */
export async function ensureImages(
  docker: Docker,
  images: readonly string[],
  { signal, deadline }: Context,
): Promise<void> {
  const tooLate = AbortSignal.timeout(Math.ceil(deadline.remainingMs()));
  const ended = AbortSignal.any([signal, tooLate]);
  const end = new Promise<never>((_, reject) => {
    ended.addEventListener("abort", () => reject(ended.reason as Error), { once: true });
  });
  end.catch(() => undefined);
  ended.throwIfAborted();
  try {
    await Promise.race([Promise.all(images.map((image) => ensureImage(docker, image))), end]);
  } catch (error) {
    signal.throwIfAborted();
    if (!tooLate.aborted) throw error;
    throw new CdcError("SERVER_NOT_READY", `the images ${images.join(", ")} were not fetched in time`, {
      hint: "fetch them with `docker pull`, or give more time with withStartupTimeout",
    });
  }
}

async function ensureImage({ library, runtime }: Docker, image: string): Promise<void> {
  const name = library.ImageName.fromString(image);
  try {
    await runtime.image.pull(name, { force: false, platform: undefined });
    // A download that broke is not told by `pull`.
    if (await runtime.image.exists(name)) return;
  } catch (error) {
    throw imageUnavailable(image, (error as Error).message, error);
  }
  throw imageUnavailable(image, "it is not there after its download");
}

function imageUnavailable(image: string, reason: string, cause?: unknown): CdcError {
  return new CdcError("IMAGE_UNAVAILABLE", `the image ${image} cannot be had: ${reason}`, {
    hint: `try it by hand: docker pull ${image}`,
    cause,
  });
}
