import type { CommandGroup } from "../../cli/command.js";
import { deleteCommand } from "./delete.js";
import { diff } from "./diff.js";
import { exportCommand } from "./export.js";
import { get } from "./get.js";
import { list } from "./list.js";
import { loggers } from "./loggers.js";
import { offsets } from "./offsets.js";
import { pause } from "./pause.js";
import { plugins } from "./plugins.js";
import { restart } from "./restart.js";
import { resume } from "./resume.js";
import { stop } from "./stop.js";
import { topics } from "./topics.js";
import { validate } from "./validate.js";
import { watch } from "./watch.js";

/** Daily work with the connectors of a Kafka Connect, whoever made them. */
export const connectors: CommandGroup = {
  name: "connectors",
  describe: "Look at and work on the connectors of Kafka Connect, whoever made them",
  commands: [
    list,
    get,
    watch,
    restart,
    pause,
    resume,
    stop,
    deleteCommand,
    offsets,
    topics,
    plugins,
    loggers,
    diff,
    validate,
    exportCommand,
  ],
};
