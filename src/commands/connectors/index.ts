import type { CommandGroup } from "../../cli/command.js";
import { list } from "./list.js";
import { watch } from "./watch.js";

/** Daily work with the connectors of a Kafka Connect, whoever made them. */
export const connectors: CommandGroup = {
  name: "connectors",
  describe: "Look at and work on the connectors of Kafka Connect, whoever made them",
  commands: [list, watch],
};
