import type { ServerName } from "../../../src/targets/target.js";
import type { Fault, Sight } from "../fault.js";
import { type StageName, STAGES } from "../scene.js";

const SIGNALS = ["TERM", "KILL"] as const;
const TITLES = { postgres: "PostgreSQL", kafka: "Kafka", connect: "Kafka Connect" } as const;

const SEES: Readonly<Record<ServerName, Readonly<Record<StageName, readonly Sight[]>>>> = {
  postgres: {
    deploy: ["SERVER_DIED"],
    prepare: ["POSTGRES_UNREACHABLE", "CONNECTOR_INVALID"],
    register: ["CONNECTOR_INVALID", "POSTGRES_UNREACHABLE"],
    verify: ["POSTGRES_UNREACHABLE", "nothing"],
  },
  kafka: {
    deploy: ["SERVER_DIED"],
    prepare: ["CONNECT_UNREACHABLE", "CONNECT_FAILED"],
    register: ["CONNECT_UNREACHABLE", "CONNECT_FAILED"],
    verify: ["KAFKA_UNREACHABLE", "EVENT_NOT_SEEN", "nothing"],
  },
  connect: {
    deploy: ["SERVER_DIED"],
    prepare: ["CONNECT_UNREACHABLE"],
    register: ["CONNECT_UNREACHABLE"],
    verify: ["CONNECT_UNREACHABLE", "CONNECTOR_NOT_RUNNING", "nothing"],
  },
};

/** Each server, and the program itself, ended in each stage of `up`: as who is asked to end, and as who is not. */
export const KILLS: readonly Fault[] = STAGES.flatMap((stage) =>
  SIGNALS.flatMap((signal) => [
    ...(Object.keys(TITLES) as ServerName[]).map((server) => killOfServer(server, signal, stage)),
    killOfUs(signal, stage),
  ]),
);

function killOfServer(server: ServerName, signal: "TERM" | "KILL", stage: StageName): Fault {
  return {
    id: `${server}-${signal.toLowerCase()}-${stage}`,
    what: `${TITLES[server]} ended by ${signal}`,
    when: whenOf(stage, server),
    sees: SEES[server][stage],
    ends: { by: "up" },
    strike: (scene) => {
      const end = () => scene.stack.signal(server, `SIG${signal}`);
      // A worker that was there is waited for until the deadline: it may be started again by somebody.
      return scene.upStruckIn(stage, server, end, { timeoutS: stage === "deploy" ? 60 : 30 });
    },
    // One that was asked to end may take a moment; PostgreSQL waits until everybody has left.
    remedy: async ({ stack }) => {
      if (server !== "postgres") await stack.gone(server);
    },
  };
}

function killOfUs(signal: "TERM" | "KILL", stage: StageName): Fault {
  return {
    id: `us-${signal.toLowerCase()}-${stage}`,
    what: `the program itself ended by ${signal}`,
    when: whenOf(stage, "connect"),
    // What is left of the last stage may be over before the signal comes.
    sees: [signal === "KILL" ? "killed" : "INTERRUPTED", ...(stage === "verify" ? ["nothing" as const] : [])],
    ends: { by: "up" },
    strike: (scene) => scene.upStruckIn(stage, "connect", (run) => Promise.resolve(run.kill(`SIG${signal}`))),
  };
}

function whenOf(stage: StageName, server: ServerName): string {
  return stage === "deploy" ? `\`up\`, while ${TITLES[server]} starts` : `\`up\`, in \`${stage}\``;
}
