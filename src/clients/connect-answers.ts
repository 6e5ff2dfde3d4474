import * as z from "zod";

/* What of Kafka Connect's answers the program relies on; everything else in them may be as it likes. */

export const clusterInfoAnswer = z.object({ version: z.string(), kafka_cluster_id: z.string() });

/** A version is not always known. */
export const pluginsAnswer = z.array(
  z.object({ class: z.string(), version: z.string().nullish() }).transform((plugin) => ({
    class: plugin.class,
    version: plugin.version ?? "",
  })),
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
});

export const statusesAnswer = z.record(z.string(), z.object({ status: statusAnswer }));

/** A connector that is being made or deleted may lack one of the two. */
export const connectorsAnswer = z.record(
  z.string(),
  z.object({
    info: z.object({ config: configAnswer }).exactOptional(),
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
