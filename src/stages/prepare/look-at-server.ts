import type { PostgresClient } from "../../clients/postgres.js";
import { otherPassword, tryLogin } from "../role-password.js";
import { checkServer } from "./check-server.js";
import { readServerFacts, type ServerFacts } from "./facts/server-facts.js";
import type { PrepareOptions } from "./prepare-options.js";

/** What is known of the Debezium role before the first database; the first preparation settles it. */
export interface RoleState {
  readonly isThere: boolean;
  readonly hasOtherPassword: boolean;
  /** Whether it has logged in, with the password that Debezium will use, to some database of the server. */
  readonly hasLoggedIn: boolean;
}

/** What is looked at once, before anything is made. */
export interface ServerLook {
  readonly server: ServerFacts;
  readonly role: RoleState;
}

/**
 * @param admin a connection to the administrator's database
 * @throws CdcError SERVER_IN_RECOVERY, WAL_LEVEL_NOT_LOGICAL, SLOTS_EXHAUSTED, ROLE_UNSUITABLE
 */
export async function lookAtServer(admin: PostgresClient, options: PrepareOptions): Promise<ServerLook> {
  const server = await readServerFacts(admin, options.role);
  checkServer(
    server,
    options.databases.map(({ database }) => database),
  );
  const { postgres } = options.deployment.endpoints;
  const login = server.hasRole ? await tryLogin(postgres, options) : "refused";
  const hasOtherPassword = login === "other password";
  if (hasOtherPassword && !options.adopt) throw otherPassword(options.role);
  return { server, role: { isThere: server.hasRole, hasOtherPassword, hasLoggedIn: login === "done" } };
}
