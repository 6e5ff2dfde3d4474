import { describe, expect, it } from "vitest";

import { keepClaims } from "../../../../src/targets/k8s/keep-claims.js";
import type { Manifest } from "../../../../src/targets/k8s/manifest.js";
import { planObject, refuseForeign } from "../../../../src/targets/k8s/plan-object.js";
import { quantityBytes } from "../../../../src/targets/k8s/quantity-bytes.js";
import { refuseOtherCredentials } from "../../../../src/targets/k8s/refuse-other-credentials.js";
import { catchCdcError } from "../../../support/catch-cdc-error.js";

const FULL = { namespace: "shop", hasVolumes: true };
const ours = { "app.kubernetes.io/managed-by": "cdc-pipeline" };
const set = (storage: string, more: Record<string, unknown> = {}): Manifest => ({
  apiVersion: "apps/v1",
  kind: "StatefulSet",
  metadata: { name: "postgres-wal", labels: ours },
  spec: {
    serviceName: "postgres-wal-pods",
    selector: { matchLabels: { a: "b" } },
    volumeClaimTemplates: [
      { metadata: { name: "data" }, spec: { resources: { requests: { storage } }, ...more } },
    ],
  },
});
const secret = (values: Record<string, string>): Manifest => ({
  apiVersion: "v1",
  kind: "Secret",
  metadata: { name: "postgres-wal-credentials", labels: ours },
  data: values,
});

describe("the plan of one object", () => {
  it("is to make what is missing", () => {
    expect(planObject(set("1Gi"), undefined, set("1Gi"))).toMatchObject({ status: "created", changes: [] });
  });

  it("is to leave alone what an apply would not change", () => {
    expect(planObject(set("1Gi"), set("1Gi"), set("1Gi")).status).toBe("unchanged");
  });

  it("names the fields that would change", () => {
    const planned = planObject(
      set("1Gi"),
      { ...set("1Gi"), spec: { replicas: 2 } },
      { ...set("1Gi"), spec: { replicas: 1 } },
    );
    expect(planned).toMatchObject({
      status: "updated",
      changes: [{ key: "spec.replicas", from: "2", to: "1" }],
    });
  });
});

describe("an object of that name that somebody else made", () => {
  it("is named, with a way out, and never touched", async () => {
    const foreign = { ...set("1Gi"), metadata: { name: "postgres-wal", labels: { team: "shop" } } };
    const error = await catchCdcError(() => refuseForeign([set("1Gi"), foreign], "prod"));
    expect(error).toMatchObject({ code: "KUBERNETES_NOT_OURS" });
    expect(error.message).toContain("namespace prod");
    expect(error.message).toMatch(/StatefulSet postgres-wal$/);
    expect(error.hint).toContain("--namespace NAME");
  });
});

describe("what Kubernetes never changes of a StatefulSet", () => {
  it("is refused with the setting to set back, and a way that keeps the data", async () => {
    const error = await catchCdcError(() => keepClaims(set("20Gi"), set("10Gi"), FULL));
    expect(error).toMatchObject({ code: "KUBERNETES_IMMUTABLE" });
    expect(error.message).toContain(
      "volumeClaimTemplates[data].spec.resources.requests.storage is 10Gi and cannot become 20Gi",
    );
    expect(error.hint).toContain("k8s.dataSize: 10Gi");
    expect(error.hint).toContain("--cascade=orphan");
  });

  it("is no difference in the way that a size is written", () => {
    expect(keepClaims(set("10240Mi"), set("10Gi"), FULL)).toEqual(set("10Gi"));
  });

  it("stays as it is where nothing was asked for", () => {
    const live = set("1Gi", { storageClassName: "fast", volumeMode: "Filesystem" });
    expect(keepClaims(set("1Gi"), live, FULL)).toEqual(live);
  });

  it("tells the storage class that is there", async () => {
    const error = await catchCdcError(() =>
      keepClaims(set("1Gi", { storageClassName: "fast" }), set("1Gi", { storageClassName: "slow" }), FULL),
    );
    expect(error.hint).toContain("k8s.storageClass: slow");
    expect(error.hint).not.toContain("patch pvc");
  });

  it("lead to volumes that grow, in the namespace that they are in", async () => {
    const { hint } = await catchCdcError(() => keepClaims(set("20Gi"), set("10Gi"), FULL));
    expect(hint).toContain(
      `kubectl patch pvc data-postgres-wal-0 -n shop -p '{"spec":{"resources":{"requests":{"storage":"20Gi"}}}}'`,
    );
    expect(hint).toContain("kubectl delete statefulset postgres-wal -n shop --cascade=orphan");
  });

  it("lead to a new beginning where no volume was ever made", async () => {
    const empty = { namespace: "shop", hasVolumes: false };
    const { hint } = await catchCdcError(() => keepClaims(set("20Gi"), set("10Gi"), empty));
    expect(hint).toMatch(/^cdc-pipeline down --volumes --yes/);
    expect(hint).not.toContain("orphan");
  });
});

describe("credentials that the database was not made with", () => {
  it("are refused by the names of their settings, and not one value is told", async () => {
    const error = await catchCdcError(() =>
      refuseOtherCredentials(
        secret({ "admin-user": "QQ", "admin-password": "bmV3" }),
        secret({ "admin-user": "QQ", "admin-password": "b2xk" }),
        "default",
      ),
    );
    expect(error).toMatchObject({ code: "KUBERNETES_CREDENTIALS_DIFFER" });
    expect(error.message).toContain("postgres.adminPassword");
    expect(error.message).not.toContain("postgres.adminUser");
    expect(JSON.stringify([error.message, error.hint, error.details])).not.toMatch(/bmV3|b2xk/);
  });

  it("are none where the Secret has the same, or is missing", () => {
    expect(() =>
      refuseOtherCredentials(secret({ "admin-user": "QQ" }), secret({ "admin-user": "QQ" }), "x"),
    ).not.toThrow();
    expect(() => refuseOtherCredentials(secret({ "admin-user": "QQ" }), undefined, "x")).not.toThrow();
  });
});

describe("a size", () => {
  it.each([
    ["10Gi", 10 * 1024 ** 3],
    ["500M", 500_000_000],
    ["1k", 1000],
    ["2Ki", 2048],
    ["7", 7],
    ["much", undefined],
  ])("%s has %s bytes", (text, bytes) => {
    expect(quantityBytes(text)).toBe(bytes);
  });
});
