/** The tag of an image's reference, by which its version is told; empty where it has none, as with a digest alone. */
export function imageTag(image: string): string {
  const [name = ""] = image.split("@");
  return /:([^:/]+)$/.exec(name)?.[1] ?? "";
}
