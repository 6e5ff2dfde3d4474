import type { CommandGroup, CommandSpec } from "../cli/command.js";
import { backup } from "./backup.js";
import { connectors } from "./connectors/index.js";
import { deploy } from "./deploy.js";
import { doctor } from "./doctor.js";
import { down } from "./down.js";
import { events } from "./events.js";
import { forget } from "./forget.js";
import { logs } from "./logs.js";
import { plan } from "./plan.js";
import { prepare } from "./prepare.js";
import { recapture } from "./recapture.js";
import { reconcile } from "./reconcile.js";
import { register } from "./register.js";
import { restore } from "./restore.js";
import { rotatePassword } from "./rotate-password.js";
import { serve } from "./serve.js";
import { status } from "./status.js";
import { up } from "./up.js";
import { verify } from "./verify.js";

/** In the order of the help text. */
export const PROGRAM: readonly (CommandSpec | CommandGroup)[] = [
  up,
  plan,
  deploy,
  prepare,
  register,
  verify,
  reconcile,
  doctor,
  status,
  serve,
  events,
  connectors,
  logs,
  backup,
  restore,
  recapture,
  rotatePassword,
  forget,
  down,
];

/** All that can be called, those of the groups as well. */
export const COMMANDS: readonly CommandSpec[] = PROGRAM.flatMap((entry) =>
  "commands" in entry ? entry.commands : [entry],
);
