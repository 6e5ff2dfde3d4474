import { PassThrough, Readable } from "node:stream";
import { text } from "node:stream/consumers";

import type { ContainerRuntimeClient, StartedNetwork, StartedTestContainer } from "testcontainers";

import { CdcError } from "../errors.js";
import { type ServerName, SERVERS } from "../targets/target.js";
import type { ContainerPlan } from "./container-plan.js";
import type { Docker } from "./docker.js";
import type { NetworkLike } from "./network-like.js";

/** Marks a container with the set it belongs to and its server. */
const LABEL = "cdc-pipeline.testcontainers";
const STATUSES = ["created", "restarting", "running", "removing", "paused", "exited", "dead"] as const;

type Container = NonNullable<Awaited<ReturnType<ContainerRuntimeClient["container"]["fetchByLabel"]>>>;

/** The containers of one start. They are found by their label, so that none is forgotten that failed half-way. */
export class ContainerSet {
  readonly #docker: Docker;
  readonly #id: string;
  #ownNetwork: StartedNetwork | undefined;

  constructor(docker: Docker, id: string) {
    this.#docker = docker;
    this.#id = id;
  }

  async makeNetwork(): Promise<NetworkLike> {
    this.#ownNetwork = await new this.#docker.library.Network().start();
    return this.#ownNetwork;
  }

  /** Answers once the container runs and its port is published, not once its server answers. */
  async startContainer(plan: ContainerPlan, network: NetworkLike): Promise<StartedTestContainer> {
    const { GenericContainer, Wait } = this.#docker.library;
    const container = new GenericContainer(plan.image)
      .withEnvironment({ ...plan.environment })
      .withExposedPorts(plan.port)
      .withNetworkMode(network.getName())
      .withNetworkAliases(plan.alias)
      .withLabels({ [LABEL]: this.#labelOf(plan.server) })
      .withWaitStrategy(Wait.forAll([]));
    if (plan.command.length > 0) container.withCommand([...plan.command]);
    try {
      return await container.start();
    } catch (error) {
      await this.requireAlive(plan.server);
      throw new CdcError("SERVER_DIED", `the container of ${plan.image} cannot start: ${reasonOf(error)}`, {
        hint: "what Docker says is in the message",
        cause: error,
      });
    }
  }

  /** @throws CdcError SERVER_DIED with the last lines of its log, where the server's container has ended */
  async requireAlive(server: ServerName): Promise<void> {
    const container = await this.#find(server);
    const state = (await container?.inspect())?.State;
    if (state === undefined || state.Status === "created" || state.Running) return;
    const log = await this.logs(server, 20);
    throw new CdcError(
      "SERVER_DIED",
      `the container of ${server} ended with exit code ${state.ExitCode}; the end of its log:\n${log}`,
      { hint: "look at what was set for it: withImages, withEnvironment, withPostgresSettings" },
    );
  }

  /** The last lines of a server's log; "" where it has no container any more. */
  async logs(server: ServerName, lines: number): Promise<string> {
    const container = await this.#find(server);
    if (container === undefined) return "";
    const frames = await container.logs({ follow: false, stdout: true, stderr: true, tail: lines });
    const source = Readable.from([frames]);
    const plain = new PassThrough();
    const { modem } = this.#docker.runtime.container.dockerode as { modem: Modem };
    modem.demuxStream(source, plain, plain);
    source.once("end", () => plain.end());
    return (await text(plain)).trimEnd();
  }

  /** Removes everything: containers, their volumes, and the network that was made for them. */
  async remove(): Promise<void> {
    const removals = await Promise.allSettled(SERVERS.map((server) => this.#removeContainer(server)));
    const failed = removals.find((removal) => removal.status === "rejected");
    if (failed !== undefined) throw failed.reason as Error;
    await this.#ownNetwork?.stop();
    this.#ownNetwork = undefined;
  }

  async #removeContainer(server: ServerName): Promise<void> {
    const container = await this.#find(server);
    await container?.remove({ force: true, v: true }).catch((error: unknown) => {
      // Somebody else removed it, or does so now.
      if (![404, 409].includes((error as { statusCode?: number }).statusCode ?? 0)) throw error;
    });
  }

  #find(server: ServerName): Promise<Container | undefined> {
    return this.#docker.runtime.container.fetchByLabel(LABEL, this.#labelOf(server), {
      status: [...STATUSES],
    });
  }

  #labelOf(server: ServerName): string {
    return `${this.#id}-${server}`;
  }
}

/** The part of docker-modem that is used here; dockerode's types do not tell of it. */
interface Modem {
  demuxStream(source: Readable, stdout: NodeJS.WritableStream, stderr: NodeJS.WritableStream): void;
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
