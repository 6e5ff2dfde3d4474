import type { DataFolders } from "../../container-recovery/swap-data.js";
import { shellInOwnContainer } from "./container-shell.js";
import type { ServerContainer } from "./server-container.js";

/** The folders of the data volume, which may be worked on while the server does not run. */
export function dataFoldersOf({ imageId, dataVolume, dataRoot }: ServerContainer): DataFolders {
  const mounts = { [dataVolume]: dataRoot };
  return { shell: shellInOwnContainer({ image: imageId, user: "root", mounts }), root: dataRoot };
}
