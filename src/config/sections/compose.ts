import * as z from "zod";

import { DEFAULT_IMAGES } from "../../default-images.js";
import { note } from "../setting-notes.js";
import { expected, filePath, heapMb, host, imageName, port, wholeNumber } from "../value-types.js";

const composeProject = expected("lower-case letters, digits, - and _, a letter or digit first");
const memoryMb = () => wholeNumber("a number of megabytes", 256);

/** `docker-compose.yml` takes these by their environment variables, so that both have the same defaults. */
export const composeSection = z.strictObject({
  project: z
    .string(composeProject)
    .regex(/^[a-z0-9][a-z0-9_-]*$/, composeProject)
    .default("cdc-pipeline")
    .register(...note("Name of the compose project: of its containers, volumes and network.")),
  file: filePath()
    .optional()
    .register(...note("Another compose file; without it, the `docker-compose.yml` of the package.")),
  address: z
    .ipv4(expected("an IPv4 address"))
    .default("127.0.0.1")
    .register(...note("Address of this machine that the containers' ports are bound to.")),
  postgresPort: port()
    .default(5432)
    .register(...note("Port of this machine that leads to PostgreSQL's container.")),
  kafkaPort: port()
    .default(9092)
    .register(...note("Port of this machine that leads to Kafka's container.")),
  connectPort: port()
    .default(8083)
    .register(...note("Port of this machine that leads to Kafka Connect's container.")),
  kafkaHost: host()
    .default("127.0.0.1")
    .register(...note("Host that Kafka tells its clients outside of the containers to connect to.")),
  uiPort: port()
    .default(8080)
    .register(...note("Port of this machine that leads to the web page on Kafka, of the profile `ui`.")),
  postgresImage: imageName()
    .default(DEFAULT_IMAGES.postgres)
    .register(...note("Image of PostgreSQL.")),
  kafkaImage: imageName()
    .default(DEFAULT_IMAGES.kafka)
    .register(...note("Image of Kafka.")),
  connectImage: imageName()
    .default(DEFAULT_IMAGES.connect)
    .register(...note("Image of Kafka Connect with Debezium.")),
  uiImage: imageName()
    .default("ghcr.io/kafbat/kafka-ui:v1.5.0")
    .register(...note("Image of the web page on Kafka.")),
  kafkaHeapMb: heapMb()
    .default(512)
    .register(...note("Heap of Kafka in its container in megabytes, at least 128.")),
  connectHeapMb: heapMb()
    .default(512)
    .register(...note("Heap of Kafka Connect in its container in megabytes, at least 128.")),
  postgresMemoryMb: memoryMb()
    .default(1024)
    .register(...note("The most memory that PostgreSQL's container may take, in megabytes.")),
  kafkaMemoryMb: memoryMb()
    .default(1280)
    .register(...note("The most memory that Kafka's container may take, in megabytes.")),
  connectMemoryMb: memoryMb()
    .default(1280)
    .register(...note("The most memory that Kafka Connect's container may take, in megabytes.")),
});
