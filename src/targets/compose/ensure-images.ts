import type { Context } from "../../context.js";
import { CdcError } from "../../errors.js";
import { outcome, type Stage } from "../../run-stage.js";
import { shellWord } from "../../shell-words.js";
import { dockerReason } from "./docker.js";
import { compose, type ComposeProject } from "./project.js";
import { imageIds, type WantedService } from "./wanted.js";

/**
 * Pulls the images that are not here, before anything is made.
 * @throws CdcError IMAGE_UNAVAILABLE
 */
export async function ensureImages(
  project: ComposeProject,
  services: readonly WantedService[],
  stage: Stage,
  { signal, deadline }: Context,
): Promise<void> {
  const missing = services.filter(({ imageId }) => imageId === undefined);
  if (missing.length === 0) return;
  await stage.step("images", async (update) => {
    const names = missing.map(({ server }) => server);
    const { failed, stderr } = await compose(project, ["pull", ...names], {
      signal,
      onLine: update,
      timeoutMs: deadline.remainingMs(),
    });
    const images = missing.map(({ image }) => image);
    if (!failed) return outcome("created", images.join(", "));
    const found = await imageIds(images, signal);
    const lacking = images.filter((image) => !found.has(image));
    throw imageUnavailable(lacking.length === 0 ? images : lacking, dockerReason(stderr));
  });
}

export function imageUnavailable(images: readonly string[], why: string): CdcError {
  const [first = ""] = images;
  return new CdcError(
    "IMAGE_UNAVAILABLE",
    `not here and not to be pulled: ${images.join(", ")}. Docker says: ${why}`,
    { hint: `docker pull ${shellWord(first)}`, details: { images } },
  );
}
