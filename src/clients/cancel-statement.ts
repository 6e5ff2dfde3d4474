import { connect } from "node:net";

import type { Client } from "pg";

const CANCEL_REQUEST_CODE = 80_877_102;
const TIMEOUT_MS = 1_000;

/**
 * Asks the server to stop what a connection is running, as Ctrl-C in psql does; closing the connection
 * alone would leave it running there, with its locks. Never fails: nothing is known of the outcome anyway.
 */
export async function cancelStatement(client: Client): Promise<void> {
  // pg keeps the two that the server gave for this purpose, but its types do not tell of them.
  const { processID, secretKey } = client as { processID?: unknown; secretKey?: unknown };
  if (typeof processID !== "number" || typeof secretKey !== "number") return;
  const request = Buffer.alloc(16);
  [request.length, CANCEL_REQUEST_CODE, processID, secretKey].forEach((value, index) =>
    request.writeInt32BE(value, index * 4),
  );
  const isUnixSocket = client.host.startsWith("/");
  const socket = isUnixSocket
    ? connect(`${client.host}/.s.PGSQL.${client.port}`)
    : connect(client.port, client.host);
  await new Promise<void>((resolve) => {
    socket.setTimeout(TIMEOUT_MS, () => socket.destroy());
    socket.on("error", () => socket.destroy());
    socket.on("close", () => resolve());
    // The server answers by closing the connection.
    socket.resume();
    socket.end(request);
  });
}
