import { CdcError } from "../../errors.js";
import type { K8sSession } from "./k8s-session.js";
import { tellMissingAccess } from "./tell-missing-access.js";

/** What failed, told with all that a user of this cluster needs to go on. */
export async function explainFailure(
  { cluster, kubectlOptions }: K8sSession,
  thrown: unknown,
): Promise<unknown> {
  if (!(thrown instanceof CdcError)) return thrown;
  return withKubectlOptions(await tellMissingAccess(cluster, thrown), kubectlOptions);
}

/**
 * The same with the options in each `kubectl` command that lead to the same cluster. Roles are left alone: who gives
 * them has a login of his own.
 */
export function withKubectlOptions(error: CdcError, options: readonly string[]): CdcError {
  const { code, message, hint, details, cause } = error;
  if (options.length === 0 || hint === undefined) return error;
  const told = hint.replaceAll(
    /\bkubectl (?!create (?:cluster)?role|apply |config |--)/g,
    `kubectl ${options.join(" ")} `,
  );
  return new CdcError(code, message, {
    hint: told,
    ...(details === undefined ? {} : { details }),
    ...(cause === undefined ? {} : { cause }),
  });
}
