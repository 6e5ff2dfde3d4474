import * as z from "zod";

import { DEFAULT_IMAGES } from "../../default-images.js";
import { note } from "../setting-notes.js";
import {
  cronSchedule,
  expected,
  filePath,
  imageName,
  namespaceName,
  storageSize,
  text,
  wholeNumber,
  yesOrNo,
} from "../value-types.js";

/** Servers in a Kubernetes cluster. */
export const k8sSection = z.strictObject({
  kubeconfig: filePath()
    .optional()
    .register(...note("Kubeconfig file; without it, `KUBECONFIG` and `~/.kube/config` as kubectl does.")),
  context: text()
    .min(1, expected("the name of a context"))
    .optional()
    .register(...note("Context of the kubeconfig; without it, the current one.")),
  namespace: namespaceName()
    .optional()
    .register(...note("Namespace of the servers; without it, the context's, else `default`.")),
  postgresImage: imageName()
    .default(DEFAULT_IMAGES.postgres)
    .register(...note("Image of PostgreSQL on Kubernetes.")),
  storageClass: text()
    .min(1, expected("the name of a storage class"))
    .optional()
    .register(...note("Storage class of the volumes; without it, the cluster's default.")),
  dataSize: storageSize()
    .default("10Gi")
    .register(...note("Size of the volume for PostgreSQL's data.")),
  archiveSize: storageSize()
    .default("10Gi")
    .register(...note("Size of the volume for the archive of the write-ahead log.")),
  loadBalancer: yesOrNo()
    .default(true)
    .register(...note("Whether PostgreSQL gets a service of type LoadBalancer, `postgres-wal-external`.")),
  networkPolicy: yesOrNo()
    .default(false)
    .register(...note("Whether a NetworkPolicy says who may connect to PostgreSQL.")),
  backupSchedule: cronSchedule()
    .optional()
    .register(
      ...note(
        "When a CronJob takes a base backup, such as `15 2 * * *` or `@daily`, in UTC; without it, there is none.",
      ),
    ),
  backupKeep: wholeNumber("a number of backups", 1, 10_000)
    .default(7)
    .register(...note("How many base backups the CronJob keeps at least.")),
  backupKeepDays: wholeNumber("a number of days", 0, 10_000)
    .default(0)
    .register(...note("For how many days the CronJob keeps each base backup in any case.")),
  withKafka: yesOrNo()
    .default(false)
    .register(...note("Whether a single Kafka and Kafka Connect are deployed as well, for demos.")),
  kafkaImage: imageName()
    .default(DEFAULT_IMAGES.kafka)
    .register(...note("Image of Kafka on Kubernetes.")),
  connectImage: imageName()
    .default(DEFAULT_IMAGES.connect)
    .register(...note("Image of Kafka Connect on Kubernetes.")),
  strimziCluster: text()
    .min(1, expected("the name of a KafkaConnect resource"))
    .default("connect")
    .register(...note("Name of Strimzi's KafkaConnect resource, for `register --emit strimzi`.")),
});
