import type { CommandSpec } from "../cli/command.js";
import { deploy } from "./deploy.js";
import { doctor } from "./doctor.js";
import { down } from "./down.js";
import { events } from "./events.js";
import { logs } from "./logs.js";
import { plan } from "./plan.js";
import { prepare } from "./prepare.js";
import { register } from "./register.js";
import { status } from "./status.js";
import { up } from "./up.js";
import { verify } from "./verify.js";

/** In the order of the help text. */
export const COMMANDS: readonly CommandSpec[] = [
  up,
  plan,
  deploy,
  prepare,
  register,
  verify,
  doctor,
  status,
  events,
  logs,
  down,
];
