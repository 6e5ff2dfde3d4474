import { newestMessage } from "./events.js";
import { hopeless, oneLine, passing, type Reason } from "./reason.js";
import type { ClusterEvent, ContainerStatus, Pod, Terminated } from "./shapes.js";

/** A container that failed so often after its first start is given up. */
const MAX_RESTARTS = 3;

/** What a registry says when it will say the same again. */
const LASTING_ANSWER =
  /not found|manifest unknown|name unknown|access denied|unauthorized|authentication required|invalid reference|no match for platform/i;
/** The same words about the registry itself may pass. */
const PASSING_ANSWER = /no such host|lookup|i\/o timeout|connection refused|timed? ?out|5\d\d /i;

/** Why a container is not ready; undefined is one that is, or that has done its work. */
export function explainContainer(
  pod: Pod,
  status: ContainerStatus,
  events: readonly ClusterEvent[],
  isInit: boolean,
): Reason | undefined {
  const name = `${isInit ? "init container" : "container"} ${status.name}`;
  const { waiting, terminated, running } = status.state;
  if (waiting !== undefined) {
    switch (waiting.reason) {
      case "InvalidImageName":
      case "ErrImageNeverPull":
        return hopeless(`${name}: the image cannot be used: ${oneLine(waiting.message)}`);
      case "ErrImagePull":
      case "ImagePullBackOff":
      case "RegistryUnavailable":
        return imageProblem(pod, status, events, name);
      case "CreateContainerConfigError":
      case "CreateContainerError":
      case "RunContainerError":
        return passing(`${name} cannot be made: ${oneLine(waiting.message)}`);
      case "CrashLoopBackOff":
        return crashed(pod, status, events, name, status.lastState.terminated);
      default:
        return starting(pod, events, name, waiting.reason);
    }
  }
  if (terminated !== undefined) {
    if (isInit && terminated.exitCode === 0) return undefined;
    return crashed(pod, status, events, name, terminated);
  }
  if (isInit) return running === undefined ? undefined : withLog(passing(`${name} runs`), status.name, false);
  if (status.ready) return undefined;
  return notReady(pod, status, events, name);
}

function imageProblem(
  pod: Pod,
  status: ContainerStatus,
  events: readonly ClusterEvent[],
  name: string,
): Reason {
  const { image } = [...pod.spec.containers, ...pod.spec.initContainers].find(
    (container) => container.name === status.name,
  ) ?? { image: status.image };
  const waiting = status.state.waiting?.message ?? "";
  // The message while it waits for the next try may be only that it waits.
  const answer = newestFailedPull(pod, events, image) ?? waiting;
  const text = `${name}: the image ${image} cannot be pulled: ${oneLine(answer)}`;
  const isLasting = LASTING_ANSWER.test(answer) && !PASSING_ANSWER.test(answer);
  return isLasting && status.state.waiting?.reason === "ImagePullBackOff" ? hopeless(text) : passing(text);
}

function newestFailedPull(pod: Pod, events: readonly ClusterEvent[], image: string): string | undefined {
  const pulls = events.filter(
    ({ message }) => message?.startsWith(`Failed to pull image "${image}": `) === true,
  );
  return newestMessage(pulls, pod.metadata.uid, "Failed")?.slice(`Failed to pull image "${image}": `.length);
}

function crashed(
  pod: Pod,
  status: ContainerStatus,
  events: readonly ClusterEvent[],
  name: string,
  end: Terminated | undefined,
): Reason {
  const times = status.restartCount === 0 ? "" : `, started again ${status.restartCount} times`;
  const text = `${name} ${howItEnded(pod, status, end)}${times}${killingProbe(pod, events, end)}`;
  const isOver = status.restartCount >= MAX_RESTARTS;
  return withLog(isOver ? hopeless(text) : passing(text), status.name, status.state.terminated === undefined);
}

/** The probe for which the kubelet killed a container: nothing in the container's own state tells of it. */
function killingProbe(pod: Pod, events: readonly ClusterEvent[], end: Terminated | undefined): string {
  if (end === undefined || end.reason === "OOMKilled") return "";
  const killing = events.filter(({ message }) => /^(Liveness|Startup) probe/.test(message ?? ""));
  const message = newestMessage(killing, pod.metadata.uid, "Unhealthy");
  return message === undefined ? "" : `: ${oneLine(message)}`;
}

function howItEnded(pod: Pod, status: ContainerStatus, end: Terminated | undefined): string {
  if (end === undefined) return "ends again and again";
  if (end.reason === "OOMKilled") {
    const limit = pod.spec.containers.find(({ name }) => name === status.name)?.resources.limits.memory;
    return `was killed: it needed more memory than ${limit === undefined ? "there is" : `its limit of ${limit}`}`;
  }
  if (["StartError", "ContainerCannotRun"].includes(end.reason))
    return `cannot be started: ${oneLine(end.message)}`;
  if (end.reason === "Completed") return "ended by itself with exit code 0";
  return `ended with exit code ${end.exitCode}`;
}

function notReady(pod: Pod, status: ContainerStatus, events: readonly ClusterEvent[], name: string): Reason {
  const failing = newestMessage(events, pod.metadata.uid, "Unhealthy");
  const before = status.lastState.terminated;
  if (before !== undefined && status.restartCount > 0) {
    const killed = killingProbe(pod, events, before);
    const why = killed === "" && failing !== undefined ? `: ${oneLine(failing)}` : killed;
    const text = `${name} ${howItEnded(pod, status, before)}, and runs again (start ${status.restartCount + 1})${why}`;
    return withLog(status.restartCount >= MAX_RESTARTS ? hopeless(text) : passing(text), status.name, true);
  }
  return withLog(
    passing(
      failing === undefined
        ? `${name} runs and is not ready yet`
        : `${name} is not ready: ${oneLine(failing)}`,
    ),
    status.name,
    false,
  );
}

function starting(pod: Pod, events: readonly ClusterEvent[], name: string, waitingReason: string): Reason {
  const trouble = newestMessage(
    events,
    pod.metadata.uid,
    "FailedMount",
    "FailedAttachVolume",
    "FailedCreatePodSandBox",
    "Failed",
  );
  if (trouble !== undefined) return passing(`${name} cannot start: ${oneLine(trouble)}`);
  return passing(`${name} is being started${waitingReason === "" ? "" : ` (${waitingReason})`}`);
}

const withLog = (reason: Reason, container: string, previous: boolean): Reason => ({
  ...reason,
  log: { container, previous },
});
