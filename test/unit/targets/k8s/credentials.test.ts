import { describe, expect, it } from "vitest";

import type { Cluster } from "../../../../src/clients/kubernetes/cluster.js";
import type { KubeObject, ObjectReference } from "../../../../src/clients/kubernetes/kube-object.js";
import type { Config } from "../../../../src/config/config.js";
import { loadConfig } from "../../../../src/config/load.js";
import { withKeptCredentials, withSettledCredentials } from "../../../../src/targets/k8s/credentials.js";
import type { K8sSession } from "../../../../src/targets/k8s/k8s-session.js";
import { catchCdcError } from "../../../support/catch-cdc-error.js";
import { createStageRecorder } from "../../../support/stage.js";

const GENERATED = expect.stringMatching(/^[\w-]{32}$/) as string;

const OURS = { "app.kubernetes.io/managed-by": "cdc-pipeline" };

interface Place {
  /** What the Secret has. */
  readonly kept?: Readonly<Record<string, string>>;
  readonly hasVolume?: boolean;
  /** Of the volume. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
}

async function sessionOf({ kept, hasVolume = false, labels = OURS, env = {} }: Place): Promise<K8sSession> {
  const data = Object.entries(kept ?? {}).map(([key, value]) => [key, Buffer.from(value).toString("base64")]);
  const objects: Readonly<Record<string, Partial<KubeObject>>> = {
    ...(kept === undefined ? {} : { Secret: { data: Object.fromEntries(data) as object } }),
    ...(hasVolume
      ? { PersistentVolumeClaim: { metadata: { name: "data", labels }, status: { phase: "Bound" } } }
      : {}),
  };
  const cluster: Partial<Cluster> = {
    namespace: "shop",
    read: ({ kind }: ObjectReference) => Promise.resolve(objects[kind] as KubeObject | undefined),
  };
  const config = await loadConfig({ cwd: "/", env: { CDC_PIPELINE_TARGET: "k8s", ...env }, flags: {} });
  return { config, cluster: cluster as Cluster, kubectl: "kubectl", kubectlOptions: [] };
}

const OLD = { "admin-password": "password123", "debezium-password": "debezium_pass" };
const ADMIN = { CDC_PIPELINE_POSTGRES_ADMIN_PASSWORD: "given-admin" };
const ROLE = { CDC_PIPELINE_DEBEZIUM_PASSWORD: "given-role" };
const passwords = ({ postgres, debezium }: Config) => [postgres.adminPassword, debezium.password];

describe("the passwords that a deployment gets", () => {
  it.each<[string, Place & { isOwn?: boolean }, readonly string[]]>([
    ["new ones where there is nothing", {}, [GENERATED, GENERATED]],
    ["those of the Secret, of an older version too", { kept: OLD, hasVolume: true }, Object.values(OLD)],
    [
      "new ones beside the volume of somebody else, which is refused later",
      { hasVolume: true, labels: {} },
      [GENERATED, GENERATED],
    ],
    ["a new one for what the Secret lacks", { kept: { "admin-password": "a" } }, ["a", GENERATED]],
    ["those of the configuration", { env: { ...ADMIN, ...ROLE } }, ["given-admin", "given-role"]],
    ["the role's old one until register has seen the new one", { kept: OLD, env: ROLE }, Object.values(OLD)],
    [
      "the role's new one, where nobody looks it up",
      { kept: OLD, env: ROLE, isOwn: false },
      ["password123", "given-role"],
    ],
  ])("are %s", async (_title, { isOwn = true, ...place }, expected) => {
    const { context } = createStageRecorder();
    const settled = await withSettledCredentials(await sessionOf(place), context, isOwn);
    expect(passwords(settled)).toEqual(expected);
  });

  it("are not guessed for a database whose Secret is gone", async () => {
    const { context } = createStageRecorder();
    const session = await sessionOf({ hasVolume: true });
    const error = await catchCdcError(withSettledCredentials(session, context, true));
    expect(error).toMatchObject({ code: "KUBERNETES_CREDENTIALS_DIFFER" });
    expect(error.hint).toContain("set postgres.adminPassword");
    const told = await sessionOf({ hasVolume: true, env: ADMIN });
    expect(passwords(await withSettledCredentials(told, context, true))).toEqual(["given-admin", GENERATED]);
  });
});

describe("the administrator's password of a deployment that is there", () => {
  it.each<[string, Place, string]>([
    ["the Secret's", { kept: OLD }, "password123"],
    ["the configuration's, where it sets one", { kept: OLD, env: ADMIN }, "given-admin"],
  ])("is %s, and is shown nowhere", async (_title, place, expected) => {
    const hidden: string[] = [];
    const context = { ...createStageRecorder().context, hide: (secret: string) => void hidden.push(secret) };
    const { config } = await withKeptCredentials(await sessionOf(place), context);
    expect(config.postgres.adminPassword).toBe(expected);
    expect(hidden).toEqual(Object.values(OLD));
  });
});
