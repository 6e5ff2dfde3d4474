import type { Context } from "../../context.js";
import { debeziumSetting } from "../../doctor/debezium-setting.js";
import { foreseenError } from "../../errors.js";
import { requireHeadroom } from "../require-headroom.js";
import type { ConnectorWork } from "./plan-connectors.js";
import { readServerRoom, type ServerRoom } from "./read-server.js";
import { readsElsewhere, refuseOtherServer } from "./refuse-other-server.js";
import type { RegisterOptions } from "./register-options.js";

/**
 * Counts what new connectors take of the server, and looks whether one that is there reads another server. Where
 * nothing is new or moves, PostgreSQL is asked nothing.
 * @throws CdcError SLOTS_EXHAUSTED, CONNECTORS_COLLIDE
 */
export async function checkServer(
  works: readonly ConnectorWork[],
  options: RegisterOptions,
  context: Context,
): Promise<void> {
  const { isConnectShared = false, mayMove = false, deployment } = options;
  const created = works.filter(({ plan }) => plan.status === "created");
  const moving = isConnectShared && !mayMove ? works.filter(readsElsewhere) : [];
  if (created.length + moving.length === 0) return;
  const room = await tryRead(deployment, context);
  if (room !== undefined) {
    const slots = created.flatMap(({ wanted }) => debeziumSetting(wanted, "slot.name") ?? []);
    requireHeadroom(room, slots);
  }
  refuseOtherServer(moving, room?.slots);
}

/** A template may send the connectors to a server that this process does not reach: then it is only said. */
async function tryRead(
  { endpoints }: RegisterOptions["deployment"],
  context: Context,
): Promise<ServerRoom | undefined> {
  try {
    return await readServerRoom(endpoints.postgres);
  } catch (error) {
    const { message } = foreseenError(error, context.signal);
    context.report({ type: "notice", message: `the server's free slots were not counted: ${message}` });
    return undefined;
  }
}
