import * as z from "zod";

import type { ApiRequests } from "./api-request.js";
import type { ObjectKind } from "./kube-object.js";

/** How the API names a kind in its paths. */
export interface ApiResource {
  /** `statefulsets` */
  readonly name: string;
  readonly namespaced: boolean;
}

const resourceList = z.object({
  resources: z.array(z.object({ name: z.string(), kind: z.string(), namespaced: z.boolean() })),
});

export type Discover = (kind: ObjectKind) => Promise<ApiResource | undefined>;

/** Asks the API server once for each group and version; undefined is a kind that it does not have. */
export function createDiscovery(
  requests: ApiRequests,
  refuse: (status: number, body: unknown) => Error,
): Discover {
  const lists = new Map<string, Promise<readonly (ApiResource & { readonly kind: string })[]>>();

  async function list(apiVersion: string) {
    const { status, body } = await requests.send({ method: "GET", path: groupPath(apiVersion) });
    if (status === 404) return [];
    if (status !== 200) throw refuse(status, body);
    // Subresources have the kind of what they belong to: `deployments/scale`.
    return resourceList.parse(body).resources.filter(({ name }) => !name.includes("/"));
  }

  return async ({ apiVersion, kind }) => {
    const known = lists.get(apiVersion) ?? list(apiVersion);
    lists.set(apiVersion, known);
    try {
      return (await known).find((resource) => resource.kind === kind);
    } catch (error) {
      lists.delete(apiVersion);
      throw error;
    }
  };
}

/** `/api/v1`, `/apis/apps/v1` */
export const groupPath = (apiVersion: string): string =>
  apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
