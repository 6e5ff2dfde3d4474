import { titleOf } from "../../clients/kubernetes/kube-object.js";
import { CdcError } from "../../errors.js";
import { type Manifest } from "./manifest.js";
import { quantityBytes } from "./quantity-bytes.js";

interface ClaimTemplate {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly storageClassName?: string;
    readonly resources: { readonly requests: { readonly storage: string } };
  };
}

interface StatefulSetSpec {
  readonly serviceName?: string;
  readonly selector: { readonly matchLabels?: Readonly<Record<string, string>> };
  readonly volumeClaimTemplates?: readonly ClaimTemplate[];
}

/** The settings that are behind a claim's fields, by the claim's name. */
const SIZE_SETTINGS: Readonly<Record<string, string>> = {
  data: "k8s.dataSize",
  "wal-archive": "k8s.archiveSize",
};

/**
 * A StatefulSet as it can be applied over the one that is there: Kubernetes keeps the claims, the selector and
 * the service's name of a set for good. What is not asked for is left as it is.
 * @throws CdcError K8S_IMMUTABLE for what is asked for and cannot be had
 */
export function keepClaims(wanted: Manifest, live: Manifest | undefined): Manifest {
  if (wanted.kind !== "StatefulSet" || live === undefined) return wanted;
  const [spec, liveSpec] = [wanted.spec as StatefulSetSpec, live.spec as StatefulSetSpec];
  const problems = [
    ...differences("serviceName", liveSpec.serviceName, spec.serviceName),
    ...differences(
      "selector",
      JSON.stringify(liveSpec.selector.matchLabels),
      JSON.stringify(spec.selector.matchLabels),
    ),
    ...(spec.volumeClaimTemplates ?? []).flatMap((claim) => claimProblems(claim, claimIn(liveSpec, claim))),
  ];
  if (problems.length > 0) throw immutable(wanted, problems);
  if (spec.volumeClaimTemplates === undefined) return wanted;
  return { ...wanted, spec: { ...spec, volumeClaimTemplates: liveSpec.volumeClaimTemplates } };
}

interface Problem {
  readonly field: string;
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly setting?: string | undefined;
}

const differences = (field: string, from: string | undefined, to: string | undefined): Problem[] =>
  from === to ? [] : [{ field, from, to }];

const claimIn = ({ volumeClaimTemplates = [] }: StatefulSetSpec, { metadata: { name } }: ClaimTemplate) =>
  volumeClaimTemplates.find(({ metadata }) => metadata.name === name);

function claimProblems(
  { metadata: { name }, spec }: ClaimTemplate,
  live: ClaimTemplate | undefined,
): Problem[] {
  const field = `volumeClaimTemplates[${name}]`;
  if (live === undefined) return [{ field, from: undefined, to: "a new claim" }];
  const [from, to] = [live.spec.resources.requests.storage, spec.resources.requests.storage];
  const isSameSize = quantityBytes(from) === quantityBytes(to);
  const size = isSameSize
    ? []
    : [{ field: `${field}.spec.resources.requests.storage`, from, to, setting: SIZE_SETTINGS[name] }];
  const storageClass =
    spec.storageClassName === undefined
      ? []
      : differences(`${field}.spec.storageClassName`, live.spec.storageClassName, spec.storageClassName).map(
          (problem) => ({ ...problem, setting: "k8s.storageClass" }),
        );
  return [...size, ...storageClass];
}

function immutable(wanted: Manifest, problems: readonly Problem[]): CdcError {
  const { name } = wanted.metadata;
  const lines = problems.map(
    ({ field, from = "nothing", to = "nothing" }) => `${field} is ${from} and cannot become ${to}`,
  );
  const back = problems
    .filter(({ setting }) => setting !== undefined)
    .map(({ setting = "", from = "nothing" }) => `${setting}: ${from}`);
  const keep = back.length === 0 ? "" : `set it back in cdc-pipeline.yaml (${back.join(", ")}), or `;
  return new CdcError(
    "K8S_IMMUTABLE",
    `Kubernetes does not change this of ${titleOf(wanted)}: ${lines.join("; ")}`,
    {
      hint: `${keep}make the set anew, its pod and volumes stay: kubectl delete statefulset ${name} --cascade=orphan, then the same command again. Volumes there are keep their size: to grow one, kubectl edit pvc data-${name}-0`,
      details: { object: titleOf(wanted), fields: problems.map(({ field }) => field) },
    },
  );
}
