import * as z from "zod";

/* What of Kafka Connect's answers the program relies on; everything else in them may be as it likes. */

export const clusterInfoAnswer = z.object({ version: z.string(), kafka_cluster_id: z.string() });

/** A version is not always known. */
export const pluginsAnswer = z.array(
  z
    .object({ class: z.string(), type: z.string().nullish(), version: z.string().nullish() })
    .transform((plugin) => ({
      class: plugin.class,
      type: plugin.type ?? "",
      version: plugin.version ?? "",
    })),
);

export const pluginSettingsAnswer = z.array(
  z.object({
    name: z.string(),
    type: z.string(),
    required: z.boolean(),
    default_value: z.string().nullable().default(null),
    importance: z.string(),
    documentation: z.string().default(""),
  }),
);

export const validationAnswer = z.object({
  configs: z.array(z.object({ value: z.object({ name: z.string(), errors: z.array(z.string()) }) })),
});

/** A key without a value (null) is as good as none. */
export const configAnswer = z
  .record(z.string(), z.string().nullable())
  .transform((config) =>
    Object.fromEntries(
      Object.entries(config).flatMap(([key, value]) => (value === null ? [] : [[key, value]])),
    ),
  );

const taskState = z.object({
  state: z.string(),
  worker_id: z.string(),
  trace: z.string().exactOptional(),
});

export const statusAnswer = z.object({
  name: z.string(),
  connector: taskState,
  tasks: z.array(taskState.extend({ id: z.number() })),
  type: z.string().exactOptional(),
});

export const statusesAnswer = z.record(z.string(), z.object({ status: statusAnswer }));

/** A connector that is being made or deleted may lack one of the two. */
export const connectorsAnswer = z.record(
  z.string(),
  z.object({
    info: z.object({ config: configAnswer, tasks: z.array(z.unknown()).default([]) }).exactOptional(),
    status: statusAnswer.exactOptional(),
  }),
);

export const offsetsAnswer = z.object({
  offsets: z.array(
    z.object({
      partition: z.record(z.string(), z.unknown()),
      offset: z.record(z.string(), z.unknown()).nullable(),
    }),
  ),
});

/** What the worker says of a change that it made. */
export const messageAnswer = z.object({ message: z.string() });

export const topicsAnswer = z.record(z.string(), z.object({ topics: z.array(z.string()) }));

export const loggersAnswer = z.record(z.string(), z.object({ level: z.string().nullable() }));
