import { apiFailure } from "./api-failure.js";
import { parseStatus } from "./api-status.js";
import type { ContainerReference, PodLogOptions } from "./cluster.js";
import type { ApiScope } from "./objects.js";

/** The log of a container; ends without an error when the signal is aborted. */
export async function* readPodLog(
  scope: ApiScope & { readonly signal: AbortSignal },
  { pod, namespace = scope.namespace, container }: ContainerReference,
  { lines, follow = false, previous = false }: PodLogOptions,
): AsyncGenerator<string> {
  const answer = await scope.requests.stream({
    method: "GET",
    path: `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/log`,
    query: { container, follow, previous, tailLines: lines },
  });
  if ("status" in answer) {
    const what = `read the log of pod ${pod}`;
    throw apiFailure(parseStatus(answer.status, answer.body), { what, context: scope.context, namespace });
  }
  answer.setEncoding("utf8");
  try {
    for await (const piece of answer) yield piece as string;
  } catch (error) {
    if (!scope.signal.aborted) throw error;
  }
}
