import * as z from "zod";

/* What of Kafka Connect's answers the program relies on; everything else in them may be as it likes. */

export const clusterInfoAnswer = z.object({ version: z.string(), kafka_cluster_id: z.string() });

export const pluginsAnswer = z.array(z.object({ class: z.string() }));

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

export const infosAnswer = z.record(z.string(), z.object({ info: z.object({ config: configAnswer }) }));
