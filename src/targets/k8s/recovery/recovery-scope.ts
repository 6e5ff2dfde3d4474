import type { Context } from "../../../context.js";
import { puttingBack } from "../../../recovery/putting-back.js";
import { deadlineIn } from "../../../wait/deadline.js";
import { withKeptCredentials } from "../credentials.js";
import { type K8sSession, openSession } from "../k8s-session.js";
import { type LeaseScope, withRestoreLease } from "./with-restore-lease.js";

/** What works on the volumes: with the lease, and with a second client that an interrupt does not end. */
export interface RecoveryScope extends LeaseScope {
  readonly session: K8sSession;
  readonly context: Context;
}

/** @throws CdcError LOCKED, and what the work fails with */
export async function withRecoveryScope<T>(
  opened: K8sSession,
  context: Context,
  work: (scope: RecoveryScope) => Promise<T>,
): Promise<T> {
  const session = await withKeptCredentials(opened, context);
  return withCalm(session, context, (scope) =>
    withRestoreLease(scope, context, () => work({ ...scope, session, context })),
  );
}

/** With a second client, which an interrupt does not end. */
export async function withCalm<T>(
  session: K8sSession,
  context: Context,
  work: (scope: LeaseScope) => Promise<T>,
): Promise<T> {
  const { signal, deadline } = puttingBack(context);
  const beyond = deadlineIn(context.deadline.remainingMs() + deadline.totalMs);
  const calm = (await openSession(session.config, { ...context, signal, deadline: beyond })).cluster;
  try {
    return await work({ cluster: session.cluster, calm });
  } finally {
    await calm.close();
  }
}

/** After so long the cluster ends a pod by itself: when this run is over for sure. */
export const endsAfterSeconds = ({ context }: RecoveryScope): number =>
  Math.ceil(context.deadline.remainingMs() / 1000) + 300;
