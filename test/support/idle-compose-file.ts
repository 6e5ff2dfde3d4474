import { writeFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * Writes a compose file whose containers do nothing, so that they are made in a moment and `up` waits for their
 * servers until it is told to end. @returns its path
 */
export async function writeIdleComposeFile(folder: string, image: string): Promise<string> {
  const file = join(folder, "idle.yml");
  await writeFile(
    file,
    `
x-idle: &idle
  image: ${image}
  init: true
  entrypoint: [sleep, "600"]
  stop_grace_period: 1s
  labels: &labels { cdc.pipeline.managed: compose }
services:
  postgres:
    <<: *idle
    ports: ["127.0.0.1:\${CDC_PIPELINE_COMPOSE_POSTGRES_PORT}:5432"]
    volumes: [postgres-data:/var/lib/postgresql/data, wal-archive:/wal-archive]
  kafka:
    <<: *idle
    ports: ["127.0.0.1:\${CDC_PIPELINE_COMPOSE_KAFKA_PORT}:9092"]
    volumes: [kafka-data:/var/lib/kafka/data]
  connect:
    <<: *idle
    depends_on: [kafka]
    ports: ["127.0.0.1:\${CDC_PIPELINE_COMPOSE_CONNECT_PORT}:8083"]
volumes:
  postgres-data: { labels: *labels }
  wal-archive: { labels: *labels }
  kafka-data: { labels: *labels }
networks:
  default: { labels: *labels }
`,
  );
  return file;
}
