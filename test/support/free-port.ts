import getPort, { portNumbers } from "get-port";

/** Below the ports that the system gives to outgoing connections, one of which might come between. */
export async function freePort(): Promise<number> {
  const from = 12_000 + Math.floor(Math.random() * 15_000);
  return getPort({ host: "127.0.0.1", port: portNumbers(from, from + 1_000) });
}
