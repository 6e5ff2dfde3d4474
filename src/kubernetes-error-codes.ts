/** The errors that only a Kubernetes cluster can bring about; of the same shape as the others in errors.ts. */
export const KUBERNETES_ERROR_CODES = {
  KUBERNETES_NOT_OURS: {
    exit: 1,
    meaning: "An object that the Kubernetes target needs exists and was not made by this program.",
  },
  KUBERNETES_IMMUTABLE: { exit: 1, meaning: "A field was to change that Kubernetes never changes." },
  KUBERNETES_CREDENTIALS_DIFFER: {
    exit: 1,
    meaning: "The database in the cluster was made with other credentials than those given.",
  },
  KAFKA_NOT_CHOSEN: {
    exit: 2,
    meaning: "The Kubernetes target was told neither where Kafka Connect is nor to deploy one.",
  },
  KUBECONFIG_INVALID: {
    exit: 2,
    meaning: "There is no kubeconfig, it cannot be read, or it lacks the context.",
  },
  CLUSTER_UNREACHABLE: { exit: 1, meaning: "The API server of the Kubernetes cluster does not answer." },
  CLUSTER_REFUSED: { exit: 1, meaning: "The API server does not take the login of the kubeconfig." },
  CLUSTER_RIGHT_MISSING: {
    exit: 1,
    meaning: "The login lacks a right in the cluster; the hint has the RBAC rule.",
  },
  CLUSTER_FAILED: { exit: 1, meaning: "The API server could not do what was asked." },
  NAMESPACE_UNSUITABLE: { exit: 1, meaning: "The Kubernetes namespace is missing or is being deleted." },
  QUOTA_EXCEEDED: { exit: 1, meaning: "A quota of the Kubernetes namespace leaves no room." },
  OBJECT_CONFLICT: {
    exit: 1,
    meaning: "Fields of a Kubernetes object belong to another program, which set them otherwise.",
  },
  OBJECT_REFUSED: { exit: 1, meaning: "The API server found a Kubernetes object or a change of it wrong." },
  POD_COMMAND_FAILED: { exit: 1, meaning: "A command could not be run in a pod." },
  TUNNEL_FAILED: { exit: 1, meaning: "A pod cannot be reached through the API server." },
  ROLLOUT_FAILED: { exit: 1, meaning: "Pods cannot start, and waiting would not help; the reason is shown." },
  ROLLOUT_NOT_READY: { exit: 1, meaning: "Pods were not ready in time; the reason seen last is shown." },
} as const;
