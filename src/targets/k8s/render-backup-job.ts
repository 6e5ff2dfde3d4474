import type { Manifest } from "./manifest.js";
import type { ManifestSettings } from "./render-manifests.js";

interface EnvironmentVariable {
  readonly name: string;
  readonly value?: string;
}

interface PodTemplate {
  readonly spec: {
    readonly containers: readonly { readonly env: readonly EnvironmentVariable[] }[];
  };
}

interface CronJobSpec {
  readonly jobTemplate: { readonly spec: { readonly template: PodTemplate } };
}

/** The CronJob of scheduled backups as the configuration wants it. */
export function renderBackupJob(manifest: Manifest, { k8s }: Pick<ManifestSettings, "k8s">): Manifest {
  const { jobTemplate, ...rest } = manifest.spec as CronJobSpec;
  const { template, ...job } = jobTemplate.spec;
  const values: Readonly<Record<string, string>> = {
    KEEP: String(k8s.backupKeep),
    KEEP_DAYS: String(k8s.backupKeepDays),
  };
  const containers = template.spec.containers.map((container) => ({
    ...container,
    image: k8s.postgresImage,
    env: container.env.map(({ name, ...variable }) => {
      const value = values[name];
      return value === undefined ? { name, ...variable } : { name, value };
    }),
  }));
  const renewed = { ...template, spec: { ...template.spec, containers } };
  return {
    ...manifest,
    spec: {
      ...rest,
      ...(k8s.backupSchedule === undefined ? {} : { schedule: k8s.backupSchedule }),
      jobTemplate: { ...jobTemplate, spec: { ...job, template: renewed } },
    },
  };
}
