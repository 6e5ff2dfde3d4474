import * as z from "zod";

import { CdcError } from "../../errors.js";
import { apiFailure } from "./api-failure.js";
import type { ApiAnswer, ApiRequests } from "./api-request.js";
import { parseStatus } from "./api-status.js";
import type { Cluster } from "./cluster.js";
import { createDiscovery, groupPath } from "./discover.js";
import { type KubeObject, type ObjectKind, type ObjectReference, titleOf } from "./kube-object.js";

const FIELD_MANAGER = "cdc-pipeline";

const listAnswer = z.object({
  metadata: z.object({ continue: z.string().optional() }).default({}),
  items: z.array(z.record(z.string(), z.unknown())),
});

/** Where requests go, and how their failures are told. */
export interface ApiScope {
  readonly requests: ApiRequests;
  readonly context: string;
  readonly namespace: string;
}

/** Reading and writing objects of any kind. */
export function createObjects(
  scope: ApiScope,
): Pick<Cluster, "read" | "list" | "create" | "apply" | "merge" | "remove"> {
  const { requests } = scope;
  const discover = createDiscovery(requests, (status, body) =>
    apiFailure(parseStatus(status, body), { what: "list the kinds of objects", ...scope }),
  );

  /** The path of a kind, or of one object; undefined where the server has no such kind. */
  async function pathOf(
    kind: ObjectKind,
    namespace: string | undefined,
    name?: string,
  ): Promise<string | undefined> {
    const resource = await discover(kind);
    if (resource === undefined) return undefined;
    const parts = [
      groupPath(kind.apiVersion),
      ...(resource.namespaced && namespace !== undefined
        ? ["namespaces", encodeURIComponent(namespace)]
        : []),
      resource.name,
      ...(name === undefined ? [] : [encodeURIComponent(name)]),
    ];
    return parts.join("/");
  }

  const namespaceOf = ({ metadata }: ObjectReference): string => metadata.namespace ?? scope.namespace;

  const refuse = (answer: ApiAnswer, verb: string, reference: ObjectReference): CdcError =>
    apiFailure(parseStatus(answer.status, answer.body), {
      what: `${verb} ${titleOf(reference)}`,
      context: scope.context,
      namespace: namespaceOf(reference),
      isSecret: reference.kind === "Secret",
    });

  return {
    async read(reference) {
      const path = await pathOf(reference, namespaceOf(reference), reference.metadata.name);
      if (path === undefined) return undefined;
      const answer = await requests.send({ method: "GET", path });
      if (answer.status === 404) return undefined;
      if (answer.status !== 200) throw refuse(answer, "read", reference);
      return answer.body as KubeObject;
    },

    async list(kind, { allNamespaces = false, namespace = scope.namespace, labels, fields } = {}) {
      const path = await pathOf(kind, allNamespaces ? undefined : namespace);
      if (path === undefined) return [];
      const found: KubeObject[] = [];
      let next: string | undefined;
      do {
        const query = { labelSelector: labels, fieldSelector: fields, limit: 500, continue: next };
        const { status, body } = await requests.send({ method: "GET", path, query });
        if (status === 404) return [];
        if (status !== 200) {
          const what = `list objects of kind ${kind.kind}`;
          throw apiFailure(parseStatus(status, body), { what, context: scope.context, namespace });
        }
        const { metadata, items } = listAnswer.parse(body);
        // The items of a list lack what they have in common.
        for (const item of items) found.push({ ...item, ...kind } as KubeObject);
        next = metadata.continue;
      } while (next);
      return found;
    },

    async create(object) {
      const path = await pathOf(object, namespaceOf(object));
      if (path === undefined) throw kindMissing(object);
      const query = { fieldManager: FIELD_MANAGER };
      const answer = await requests.send({
        method: "POST",
        path,
        query,
        contentType: "application/json",
        body: object,
      });
      if (answer.status === 409) return undefined;
      if (answer.status !== 201) throw refuse(answer, "make", object);
      return answer.body as KubeObject;
    },

    async apply(object, { dryRun = false, force = false } = {}) {
      const path = await pathOf(object, namespaceOf(object), object.metadata.name);
      if (path === undefined) throw kindMissing(object);
      const answer = await requests.send({
        method: "PATCH",
        path,
        query: { fieldManager: FIELD_MANAGER, force, dryRun: dryRun ? "All" : undefined },
        // JSON is YAML as well.
        contentType: "application/apply-patch+yaml",
        body: object,
      });
      if (answer.status !== 200 && answer.status !== 201) throw refuse(answer, "apply", object);
      return answer.body as KubeObject;
    },

    async merge(reference, changes) {
      const path = await pathOf(reference, namespaceOf(reference), reference.metadata.name);
      if (path === undefined) return undefined;
      const answer = await requests.send({
        method: "PATCH",
        path,
        query: { fieldManager: FIELD_MANAGER },
        contentType: "application/merge-patch+json",
        body: changes,
      });
      if (answer.status === 404) return undefined;
      if (answer.status !== 200) throw refuse(answer, "change", reference);
      return answer.body as KubeObject;
    },

    async remove(reference, { propagation = "Background", gracePeriodSeconds, uid } = {}) {
      const path = await pathOf(reference, namespaceOf(reference), reference.metadata.name);
      if (path === undefined) return "absent";
      const answer = await requests.send({
        method: "DELETE",
        path,
        contentType: "application/json",
        body: {
          propagationPolicy: propagation,
          ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }),
          ...(uid === undefined ? {} : { preconditions: { uid } }),
        },
      });
      if (answer.status === 404) return "absent";
      if (answer.status !== 200 && answer.status !== 202) throw refuse(answer, "delete", reference);
      return "deleted";
    },
  };
}

const kindMissing = (object: KubeObject): CdcError =>
  new CdcError("OBJECT_REFUSED", `the cluster has no kind ${object.kind} of ${object.apiVersion}`, {
    hint: "kubectl api-resources lists what it has; is an operator missing that brings the kind?",
  });
