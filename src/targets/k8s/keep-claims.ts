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

/** Where the claims are, and whether there is a volume behind any of them. */
export interface ClaimPlace {
  readonly namespace: string;
  readonly hasVolumes: boolean;
}

/**
 * A StatefulSet as it can be applied over the one that is there: Kubernetes keeps the claims, the selector and
 * the service's name of a set for good. What is not asked for is left as it is.
 * @throws CdcError KUBERNETES_IMMUTABLE for what is asked for and cannot be had
 */
export function keepClaims(wanted: Manifest, live: Manifest | undefined, place: ClaimPlace): Manifest {
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
  if (problems.length > 0) throw immutable(wanted, problems, place);
  if (spec.volumeClaimTemplates === undefined) return wanted;
  return { ...wanted, spec: { ...spec, volumeClaimTemplates: liveSpec.volumeClaimTemplates } };
}

interface Problem {
  readonly field: string;
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly setting?: string | undefined;
  /** The claim that would have to grow. */
  readonly grows?: string | undefined;
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
  const [before, after] = [quantityBytes(from) ?? 0, quantityBytes(to) ?? 0];
  const grows = after > before ? name : undefined;
  const path = `${field}.spec.resources.requests.storage`;
  const size = before === after ? [] : [{ field: path, from, to, setting: SIZE_SETTINGS[name], grows }];
  const storageClass =
    spec.storageClassName === undefined
      ? []
      : differences(`${field}.spec.storageClassName`, live.spec.storageClassName, spec.storageClassName).map(
          (problem) => ({ ...problem, setting: "k8s.storageClass" }),
        );
  return [...size, ...storageClass];
}

function immutable(wanted: Manifest, problems: readonly Problem[], place: ClaimPlace): CdcError {
  const lines = problems.map(
    ({ field, from = "nothing", to = "nothing" }) => `${field} is ${from} and cannot become ${to}`,
  );
  return new CdcError(
    "KUBERNETES_IMMUTABLE",
    `Kubernetes does not change this of ${titleOf(wanted)}: ${lines.join("; ")}`,
    {
      hint: waysOut(wanted.metadata.name, problems, place).join("\n"),
      details: { object: titleOf(wanted), fields: problems.map(({ field }) => field) },
    },
  );
}

function waysOut(
  name: string,
  problems: readonly Problem[],
  { namespace, hasVolumes }: ClaimPlace,
): string[] {
  if (!hasVolumes) {
    return ["cdc-pipeline down --volumes --yes, where nothing is stored yet; then the same command again"];
  }
  const back = problems
    .filter(({ setting }) => setting !== undefined)
    .map(({ setting = "", from }) => (from === undefined ? `no ${setting}` : `${setting}: ${from}`));
  const grown = problems.flatMap(({ grows, to }) =>
    grows === undefined
      ? []
      : [
          `kubectl patch pvc ${grows}-${name}-0 -n ${namespace} -p '{"spec":{"resources":{"requests":{"storage":"${to ?? ""}"}}}}'`,
        ],
  );
  const orphan = `kubectl delete statefulset ${name} -n ${namespace} --cascade=orphan`;
  return [
    ...(back.length === 0 ? [] : [`set it back: ${[...new Set(back)].join(", ")}`]),
    ...(grown.length === problems.length
      ? [
          "or have the volumes grow, where their storage class allows it, and then the set made anew:",
          ...grown,
        ]
      : ["or have the set made anew; volumes that are there neither shrink nor get another class by it:"]),
    `${orphan}   (the pod and its volumes stay), then the same command again`,
  ];
}
