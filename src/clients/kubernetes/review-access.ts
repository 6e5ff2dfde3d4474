import * as z from "zod";

import { apiFailure } from "./api-failure.js";
import { parseStatus } from "./api-status.js";
import type { ApiScope } from "./objects.js";

/** One verb on one kind of objects. */
export interface Access {
  readonly verb: string;
  /** With its subresource: `pods/exec`. */
  readonly resource: string;
  /** Empty for the core group. */
  readonly group: string;
  readonly namespace: string;
}

const accessReview = z.object({ status: z.object({ allowed: z.boolean() }) });

/** Whether the login may do it; undefined where it may not even ask, and may still be allowed to. */
export async function reviewAccess(
  { requests, context }: ApiScope,
  { verb, resource, group, namespace }: Access,
): Promise<boolean | undefined> {
  const [name = resource, subresource] = resource.split("/");
  const { status, body } = await requests.send({
    method: "POST",
    path: "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
    contentType: "application/json",
    body: {
      apiVersion: "authorization.k8s.io/v1",
      kind: "SelfSubjectAccessReview",
      spec: { resourceAttributes: { namespace, verb, group, resource: name, subresource } },
    },
  });
  if (status === 401) {
    throw apiFailure(parseStatus(status, body), { what: `ask for the right to ${verb}`, context, namespace });
  }
  const { success, data } = accessReview.safeParse(body);
  return success ? data.status.allowed : undefined;
}
