import type { Config } from "../../config/config.js";
import type { ServerName } from "../target.js";
import { connectServer } from "./connect-server.js";
import { kafkaServer } from "./kafka-server.js";
import type { Layout } from "./layout.js";
import { localDeployment } from "./local-deployment.js";
import type { LocalServer } from "./local-server.js";
import type { ChosenPort } from "./ports.js";
import { postgresServer } from "./postgres-server.js";
import type { LocalState } from "./state.js";
import type { Tools } from "./tools.js";

/** The three servers as the configuration and the chosen ports want them; nothing is started or looked for. */
export function planServers(
  config: Config,
  layout: Layout,
  { clusterId, controllerPort = 0 }: Pick<LocalState, "clusterId" | "controllerPort">,
  ports: Readonly<Record<ServerName, ChosenPort>>,
  tools: Tools,
): readonly LocalServer[] {
  const { kafkaHeapMb, connectHeapMb, jvmFlags, slotWalKeepMb } = config.local;
  const { endpoints } = localDeployment(config, layout, {
    postgres: ports.postgres.port,
    kafka: ports.kafka.port,
    connect: ports.connect.port,
  });
  return [
    postgresServer(layout, tools.postgresBinaries, endpoints.postgres, ports.postgres, slotWalKeepMb),
    kafkaServer(layout, tools.jvm, ports.kafka, { clusterId, controllerPort, heapMb: kafkaHeapMb, jvmFlags }),
    connectServer(layout, tools.jvm, ports.connect, {
      clusterId,
      kafkaPort: ports.kafka.port,
      heapMb: connectHeapMb,
      jvmFlags,
    }),
  ];
}
