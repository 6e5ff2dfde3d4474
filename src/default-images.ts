/** The official images that the package is tested with; `docker-compose.yml` and `k8s/` name the same. */
export const DEFAULT_IMAGES = {
  postgres: "postgres:15",
  kafka: "apache/kafka:4.3.1",
  connect: "quay.io/debezium/connect:3.7.0.Final",
} as const;
