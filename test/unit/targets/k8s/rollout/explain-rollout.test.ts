import { readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";
import * as z from "zod";

import { explainPod } from "../../../../../src/targets/k8s/rollout/explain-pod.js";
import { explainRollout, isComplete } from "../../../../../src/targets/k8s/rollout/explain-rollout.js";
import {
  claimShape,
  eventShape,
  podShape,
  storageClassShape,
  workloadShape,
} from "../../../../../src/targets/k8s/rollout/shapes.js";

/** Objects and events of a real cluster, version 1.33, shortened. */
const captured = z
  .object({
    pods: z.array(podShape),
    events: z.array(eventShape),
    claims: z.array(claimShape),
    storageClasses: z.array(storageClassShape),
    statefulSet: workloadShape,
    deployment: workloadShape,
    replicaSetUids: z.array(z.string()),
  })
  .parse(JSON.parse(readFileSync(new URL("captured.json", import.meta.url), "utf8")));

const podThatRuns = podShape.parse({
  metadata: { name: "p", uid: "p" },
  spec: { containers: [] },
  status: { containerStatuses: [{ name: "main", restartCount: 3, state: { running: {} } }] },
});

const podNamed = (name: string) => {
  const pod = captured.pods.find(({ metadata }) => metadata.name === name);
  if (pod === undefined) throw new Error(`there is no pod ${name}`);
  return pod;
};
const explain = (name: string) => explainPod(podNamed(name), captured);

/** The pod as the cluster told it, and what a user reads. */
const REASONS: readonly (readonly [pod: string, text: string, outcome: "goes on" | "ends"])[] = [
  [
    "b2",
    'container main: the image registry.invalid/nothing:1 cannot be pulled: failed to pull and unpack image "registry.invalid/nothing:1": failed to resolve reference "registry.invalid/nothing:1": failed to do request: Head "https://registry.invalid/v2/nothing/manifests/1": dial tcp 192.0.2.1:443: connect: connection refused',
    "goes on",
  ],
  [
    "b3",
    'container main: the image cannot be used: Container image "nothing-at-all:1" is not present with pull policy of Never',
    "ends",
  ],
  [
    "bad-name",
    'container main: the image cannot be used: Failed to apply default image tag "postgres:15:16": couldn\'t parse image name "postgres:15:16": invalid reference format',
    "ends",
  ],
  [
    "big",
    "it cannot be scheduled: 0/1 nodes are available: 1 Insufficient cpu. preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.",
    "goes on",
  ],
  [
    "claim",
    'the volume claim data asks for the storage class "fast", which does not exist; there are: standard',
    "ends",
  ],
  ["claim-missing", "the volume claim absent does not exist", "goes on"],
  ["crash", "container main ended with exit code 3, started again 5 times", "ends"],
  ["disk", 'it was evicted: Usage of EmptyDir volume "s" exceeds the limit "5Mi".', "goes on"],
  ["init", "init container before ended with exit code 4, started again 5 times", "ends"],
  [
    "live",
    "container main ended with exit code 137, started again 6 times: Liveness probe failed: it hangs",
    "ends",
  ],
  ["no-key", "container main cannot be made: couldn't find key k in Secret shop/some", "goes on"],
  [
    "no-map",
    'container main cannot start: MountVolume.SetUp failed for volume "v" : configmap "nothing" not found',
    "goes on",
  ],
  ["no-secret", 'container main cannot be made: secret "nothing" not found', "goes on"],
  [
    "oom",
    "container main was killed: it needed more memory than its limit of 30Mi, started again 5 times",
    "ends",
  ],
  ["probe", "container main is not ready: Readiness probe failed: not yet there", "goes on"],
  [
    "start-error",
    'container main cannot be started: failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "/no/such/program": stat /no/such/program: no such file or directory: unknown, started again 5 times',
    "ends",
  ],
];

describe("why a pod is not ready", () => {
  it.each(REASONS)("%s: %s; the wait %s", (name, text, outcome) => {
    expect(explain(name)).toMatchObject({
      text: `pod ${name}: ${text}`,
      isHopeless: outcome === "ends",
      pod: name,
    });
  });

  it("has a line here for every pod that was captured", () => {
    expect(captured.pods.map(({ metadata }) => metadata.name)).toEqual(REASONS.map(([name]) => name));
  });

  it("names the container whose log tells more, and which of its runs", () => {
    expect(explain("crash")?.log).toEqual({ container: "main", previous: true });
    expect(explain("init")?.log).toEqual({ container: "before", previous: true });
    expect(explain("probe")?.log).toEqual({ container: "main", previous: false });
  });

  it("does not begin to tell what a probe did not print", () => {
    const events = captured.events.map((event) => ({
      ...event,
      message: event.message?.replace("failed: not yet there", "failed: "),
    }));
    expect(explainPod(podNamed("probe"), { ...captured, events })?.text).toBe(
      "pod probe: container main is not ready: Readiness probe failed",
    );
    expect(explain("big")?.log).toBeUndefined();
  });

  it("waits on through the first crashes", () => {
    const pod = structuredClone(podNamed("crash"));
    for (const status of pod.status.containerStatuses) status.restartCount = 2;
    expect(explainPod(pod, captured)).toMatchObject({
      text: "pod crash: container main ended with exit code 3, started again 2 times",
      isHopeless: false,
    });
  });

  it.each([
    ["registry.example/nothing:1: not found", true],
    ["pull access denied, repository does not exist or may require authorization", true],
    ["unexpected status: 503 Service Unavailable", false],
    ["dial tcp: lookup registry.example: no such host: not found", false],
  ])("an image whose registry says “%s” ends the wait: %s", (answer, isHopeless) => {
    const pod = structuredClone(podNamed("b2"));
    for (const { state } of pod.status.containerStatuses) {
      if (state.waiting !== undefined) state.waiting.message = answer;
    }
    const reason = explainPod(pod, { events: [] });
    expect(reason?.text).toContain(answer);
    expect(reason?.isHopeless).toBe(isHopeless);
  });

  it("says less where claims and storage classes may not be read", () => {
    expect(explainPod(podNamed("claim"), { events: [] })).toMatchObject({
      text: expect.stringContaining("pod has unbound immediate PersistentVolumeClaims") as string,
      isHopeless: false,
    });
  });

  it("tells that no storage class is the default, and a claim whose volume is still being made", () => {
    const [claim] = captured.claims;
    if (claim === undefined) throw new Error("there is no claim");
    const withoutClass = { ...claim, spec: {} };
    const [standard] = captured.storageClasses;
    if (standard === undefined) throw new Error("there is no storage class");
    const noDefault = { metadata: { ...standard.metadata, annotations: {} } };
    const facts = { events: captured.events, claims: [withoutClass] };
    expect(explainPod(podNamed("claim"), { ...facts, storageClasses: [noDefault] })).toMatchObject({
      text: "pod claim: the volume claim data names no storage class, and none is the default; there are: standard",
      isHopeless: true,
    });
    expect(explainPod(podNamed("claim"), { ...facts, storageClasses: [standard] })).toMatchObject({
      text: 'pod claim: the volume claim data is pending: storageclass.storage.k8s.io "fast" not found',
      isHopeless: false,
    });
  });
});

describe("why a rollout is not complete", () => {
  const facts = {
    ...captured,
    pods: [],
    workload: captured.statefulSet,
    makerUids: [captured.statefulSet.metadata.uid],
  };

  it("tells the quota for which a StatefulSet cannot make its pod", () => {
    expect(explainRollout(facts)).toMatchObject({
      text: expect.stringMatching(
        /^its pods cannot be made: create Pod full-0 .* exceeded quota: few, requested: pods=1/,
      ) as string,
      isHopeless: false,
    });
  });

  it("tells the same of a Deployment, whose pods are made by its ReplicaSet", () => {
    const { text } =
      explainRollout({ ...facts, workload: captured.deployment, makerUids: captured.replicaSetUids }) ?? {};
    expect(text).toMatch(/^its pods cannot be made: .*exceeded quota: few, requested: pods=1/);
  });

  it("tells the pod that comes, not the one that goes", () => {
    const pods = [podNamed("disk"), podNamed("big")];
    expect(explainRollout({ ...facts, pods })?.pod).toBe("big");
  });

  it("tells what no waiting would help before what may pass", () => {
    const pods = [podNamed("big"), podNamed("crash")];
    expect(explainRollout({ ...facts, pods })).toMatchObject({ pod: "crash", isHopeless: true });
  });

  it("has a broken pod of the version before replaced, and says how one that runs is got rid of", () => {
    const pod = structuredClone(podNamed("crash"));
    pod.metadata.labels = { "controller-revision-hash": "full-before" };
    const { name, uid } = pod.metadata;
    expect(explainRollout({ ...facts, pods: [pod] })).toMatchObject({ stuck: { name, uid } });
    pod.status.containerStatuses = podThatRuns.status.containerStatuses;
    const reason = explainRollout({ ...facts, pods: [pod] });
    expect(reason?.stuck).toBeUndefined();
    expect(reason?.text).toMatch(/kubectl delete pod crash$/);
  });

  it("does not judge by the pods that were there before a change", () => {
    const workload = structuredClone(facts.workload);
    workload.metadata.generation = workload.status.observedGeneration + 1;
    expect(explainRollout({ ...facts, workload, pods: [podNamed("crash")] })).toMatchObject({
      text: "the change is not taken up yet",
      isHopeless: false,
    });
  });

  it("does not wait for what a LimitRange refuses, and waits where a quota may get room", () => {
    const refusal = (message: string) =>
      explainRollout({
        ...facts,
        pods: [],
        events: [
          eventShape.parse({
            reason: "FailedCreate",
            message,
            involvedObject: { uid: facts.makerUids[0] },
            metadata: {},
          }),
        ],
      });
    expect(
      refusal("forbidden: maximum storage usage per PersistentVolumeClaim is 500Mi, but request is 1Gi"),
    ).toMatchObject({ isHopeless: true });
    expect(refusal("forbidden: failed quota: tight: must specify limits.cpu")).toMatchObject({
      isHopeless: true,
    });
    expect(refusal("forbidden: exceeded quota: tight, requested: pods=1, used: pods=0")).toMatchObject({
      isHopeless: false,
    });
  });

  it("is complete only when all pods are ready, new, and the change was taken up", () => {
    const workload = (kind: string, status: Record<string, unknown>, generation = 2) =>
      workloadShape.parse({
        kind,
        metadata: { name: "w", uid: "u", generation },
        spec: { replicas: 1, selector: { matchLabels: {} } },
        status: {
          observedGeneration: 2,
          replicas: 1,
          readyReplicas: 1,
          updatedReplicas: 1,
          availableReplicas: 1,
          ...status,
        },
      });
    expect(isComplete(workload("Deployment", {}))).toBe(true);
    expect(isComplete(workload("Deployment", { replicas: 2 }))).toBe(false);
    expect(isComplete(workload("Deployment", {}, 3))).toBe(false);
    expect(isComplete(workload("StatefulSet", { currentRevision: "b", updateRevision: "b" }))).toBe(true);
    expect(isComplete(workload("StatefulSet", { currentRevision: "a", updateRevision: "b" }))).toBe(false);
    expect(isComplete(workload("StatefulSet", { readyReplicas: 0 }))).toBe(false);
    expect(isComplete(workload("StatefulSet", { updatedReplicas: 0 }))).toBe(false);
  });
});
