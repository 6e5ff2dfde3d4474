import { execa } from "execa";

/** Why the tests that need a Kubernetes cluster cannot run here, or undefined. In CI there must be one. */
export const noCluster = await findReason();

async function findReason(): Promise<string | undefined> {
  const {
    failed,
    stderr,
    message = "",
  } = await execa("kubectl", ["get", "--raw", "/readyz"], {
    reject: false,
    timeout: 20_000,
  });
  if (!failed) return undefined;
  const reason = `kubectl: ${stderr === "" ? message : stderr}`;
  if (process.env.CI !== undefined) throw new Error(`CI must have it: ${reason}`);
  return reason;
}
