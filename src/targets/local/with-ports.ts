import type { Config } from "../../config/config.js";
import type { Reporter } from "../../progress.js";
import type { ServerName } from "../target.js";
import { choosePort, type ChosenPort } from "./ports.js";
import type { LocalState } from "./state.js";

export interface ChosenPorts {
  readonly servers: Readonly<Record<ServerName, ChosenPort>>;
  /** Kafka's second port; it stays what it is while Kafka runs. */
  readonly controllerPort: number;
}

/** What runs of this process have chosen for servers that may not listen yet. */
const claimed = new Set<number>();

const LABELS: Readonly<Record<ServerName, string>> = {
  postgres: "PostgreSQL",
  kafka: "Kafka",
  connect: "Kafka Connect",
};

/**
 * Chooses a port for each server, all of them different, and tells where one is not the port that was
 * asked for. Until `work` has ended, no other run of this process gets one of them.
 */
export async function withPorts<T>(
  { postgresPort, kafkaPort, connectPort }: Config["local"],
  state: LocalState,
  running: ReadonlySet<ServerName>,
  report: Reporter,
  work: (ports: ChosenPorts) => Promise<T>,
): Promise<T> {
  const own: number[] = [];
  const claim = (chosen: ChosenPort): ChosenPort => {
    claimed.add(chosen.port);
    own.push(chosen.port);
    return chosen;
  };
  const choose = async (server: ServerName, requested: number): Promise<ChosenPort> => {
    const record = state.servers[server];
    const chosen = claim(await choosePort(requested, record, running.has(server), claimed));
    if (chosen.port !== requested && chosen.port !== record?.port) {
      const message = `port ${requested} is not free; ${LABELS[server]} gets ${chosen.port}`;
      report({ type: "notice", message });
    }
    return chosen;
  };
  try {
    const postgres = await choose("postgres", postgresPort);
    const kafka = await choose("kafka", kafkaPort);
    const connect = await choose("connect", connectPort);
    const wish = state.controllerPort ?? Math.min(kafka.port + 1, 65_535);
    const controllerPort = running.has("kafka")
      ? wish
      : claim(await choosePort(wish, undefined, false, claimed)).port;
    return await work({ servers: { postgres, kafka, connect }, controllerPort });
  } finally {
    for (const port of own) claimed.delete(port);
  }
}
