import * as z from "zod";

import { note } from "../setting-notes.js";
import { choice, filePath, heapMb, port, wholeNumber } from "../value-types.js";

/** Servers as processes of this machine. */
export const localSection = z.strictObject({
  postgresPort: port()
    .default(5432)
    .register(...note("Port of the local PostgreSQL.")),
  kafkaPort: port()
    .default(9092)
    .register(...note("Port of the local Kafka.")),
  connectPort: port()
    .default(8083)
    .register(...note("Port of the local Kafka Connect.")),
  kafkaHeapMb: heapMb()
    .default(512)
    .register(...note("Heap of the local Kafka in megabytes, at least 128.")),
  connectHeapMb: heapMb()
    .default(512)
    .register(...note("Heap of the local Kafka Connect in megabytes, at least 128.")),
  slotWalKeepMb: wholeNumber("a number of megabytes", 64)
    .optional()
    .register(
      ...note(
        "Megabytes of WAL that the local PostgreSQL keeps for a slot that nobody reads, at least 64; without it, 4096. Beyond it the slot is lost, so that the disk is not filled.",
      ),
    ),
  javaHome: filePath()
    .optional()
    .register(...note("Folder of the Java to use; without it, Java is looked for.")),
  jvmFlags: choice(["fast", "stock"])
    .default("fast")
    .register(
      ...note("`fast` starts the JVMs with flags for a quick start, `stock` with the JVM's defaults."),
    ),
});
