import { imageTag } from "../image-tag.js";
import type { PlannedServer, ServerName } from "../target.js";
import type { Container } from "./containers.js";
import type { WantedService } from "./wanted.js";

/** `Kafka 4.3.1`: the version is the image's tag, which for Kafka Connect is Debezium's. */
export function titleOf(server: ServerName, image: string): string {
  if (server === "connect") return "Kafka Connect";
  const name = server === "postgres" ? "PostgreSQL" : "Kafka";
  return `${name} ${imageTag(image)}`.trimEnd();
}

/** What `up` would do to each service. Compose itself decides by the same marks. */
export function planServices(
  services: readonly WantedService[],
  containers: readonly Container[],
): readonly (PlannedServer & { readonly server: ServerName })[] {
  return services.map(({ server, image, imageId, configHash, port }) => {
    const container = containers.find(({ service }) => service === server);
    const planned = { server, title: titleOf(server, image) };
    const detail = imageId === undefined ? `port ${port}, image ${image} is pulled` : `port ${port}`;
    if (container === undefined) return { ...planned, status: "started", detail };
    const isSame =
      container.configHash === configHash && (imageId === undefined || container.imageId === imageId);
    if (container.status !== "running") return { ...planned, status: "started", detail };
    if (isSame) return { ...planned, status: "unchanged", detail };
    return { ...planned, status: "updated", detail: `${detail}, made anew with other settings` };
  });
}
