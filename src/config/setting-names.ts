/** Every environment variable with this prefix belongs to the program. */
export const ENVIRONMENT_PREFIX = "CDC_PIPELINE_";

/** The path of the file; it is not a setting of the file itself. */
export const FILE_VARIABLE = `${ENVIRONMENT_PREFIX}CONFIG`;

/** `local.kafkaHeapMb` -> `CDC_PIPELINE_LOCAL_KAFKA_HEAP_MB`. */
export function environmentNameOf(path: string): string {
  return ENVIRONMENT_PREFIX + wordsOf(path).join("_").toUpperCase();
}

/** `local.kafkaHeapMb` -> `--local-kafka-heap-mb`. */
export function flagNameOf(path: string): string {
  return `--${wordsOf(path).join("-").toLowerCase()}`;
}

function wordsOf(path: string): string[] {
  return path.split(/\.|(?=[A-Z])/);
}
