/** Who asks while a request is under way shares its answer. */
export function shareRequest<T>(send: () => Promise<T>): () => Promise<T> {
  let underWay: Promise<T> | undefined;
  return () => (underWay ??= send().finally(() => (underWay = undefined)));
}
