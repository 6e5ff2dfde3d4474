import * as z from "zod";

/* What of the cluster's answers the reasons of a rollout rely on; everything else in them may be as it likes. */

const terminated = z.object({
  exitCode: z.number(),
  reason: z.string().default(""),
  message: z.string().default(""),
});

const containerState = z.object({
  waiting: z.object({ reason: z.string().default(""), message: z.string().default("") }).optional(),
  terminated: terminated.optional(),
  running: z.object({}).optional(),
});

const containerStatus = z.object({
  name: z.string(),
  image: z.string().default(""),
  ready: z.boolean().default(false),
  restartCount: z.number().default(0),
  state: containerState.default({}),
  lastState: containerState.default({}),
});

const container = z.object({
  name: z.string(),
  image: z.string().default(""),
  resources: z
    .object({ limits: z.record(z.string(), z.union([z.string(), z.number()])).default({}) })
    .default({ limits: {} }),
});

const conditions = z
  .array(
    z.object({
      type: z.string(),
      status: z.string(),
      reason: z.string().default(""),
      message: z.string().default(""),
    }),
  )
  .default([]);

export const podShape = z.object({
  metadata: z.object({
    name: z.string(),
    uid: z.string(),
    deletionTimestamp: z.string().optional(),
    creationTimestamp: z.string().default(""),
    labels: z.record(z.string(), z.string()).default({}),
  }),
  spec: z.object({
    containers: z.array(container),
    initContainers: z.array(container).default([]),
    volumes: z
      .array(
        z.object({ name: z.string(), persistentVolumeClaim: z.object({ claimName: z.string() }).optional() }),
      )
      .default([]),
  }),
  status: z.object({
    phase: z.string().default("Pending"),
    reason: z.string().default(""),
    message: z.string().default(""),
    conditions,
    containerStatuses: z.array(containerStatus).default([]),
    initContainerStatuses: z.array(containerStatus).default([]),
  }),
});

export const eventShape = z.object({
  type: z.string().default("Normal"),
  reason: z.string().default(""),
  message: z.string().nullish(),
  involvedObject: z.object({
    kind: z.string().default(""),
    name: z.string().default(""),
    uid: z.string().default(""),
  }),
  metadata: z.object({ creationTimestamp: z.string().nullish() }),
  lastTimestamp: z.string().nullish(),
  eventTime: z.string().nullish(),
});

export const claimShape = z.object({
  metadata: z.object({ name: z.string(), uid: z.string() }),
  spec: z.object({ storageClassName: z.string().optional() }),
  status: z.object({ phase: z.string().default("Pending") }),
});

export const storageClassShape = z.object({
  metadata: z.object({ name: z.string(), annotations: z.record(z.string(), z.string()).default({}) }),
});

export const workloadShape = z.object({
  kind: z.string(),
  metadata: z.object({ name: z.string(), uid: z.string(), generation: z.number().default(0) }),
  spec: z.object({
    replicas: z.number().default(1),
    selector: z.object({ matchLabels: z.record(z.string(), z.string()).default({}) }),
  }),
  status: z
    .object({
      observedGeneration: z.number().default(0),
      replicas: z.number().default(0),
      readyReplicas: z.number().default(0),
      availableReplicas: z.number().default(0),
      updatedReplicas: z.number().default(0),
      updateRevision: z.string().optional(),
      currentRevision: z.string().optional(),
      conditions,
    })
    .prefault({}),
});

export type Pod = z.infer<typeof podShape>;
export type ContainerStatus = z.infer<typeof containerStatus>;
export type Terminated = z.infer<typeof terminated>;
export type ClusterEvent = z.infer<typeof eventShape>;
export type Claim = z.infer<typeof claimShape>;
export type StorageClass = z.infer<typeof storageClassShape>;
export type Workload = z.infer<typeof workloadShape>;
