const PROVIDERS = "CONNECT_CONFIG_PROVIDERS";
const ALLOWED_PATHS = `${PROVIDERS}_DIRECTORY_PARAM_ALLOWED_PATHS`;

/**
 * The folder that a worker's config provider `directory` may read, from what its container was made with: one of
 * an older version has no provider, and one of a file of the user's own may have another.
 * @param env `NAME=value`, as docker tells it
 */
export function passwordFolderOf(
  env: readonly string[],
  mounts: readonly { readonly Type: string; readonly Destination: string }[],
): string | undefined {
  const valueOf = (name: string) => env.find((entry) => entry.startsWith(`${name}=`))?.slice(name.length + 1);
  const providers = valueOf(PROVIDERS)?.split(",") ?? [];
  const folder = valueOf(ALLOWED_PATHS);
  if (!providers.includes("directory") || folder === undefined) return undefined;
  // What is not in a volume would be gone with the container.
  return mounts.some(({ Type, Destination }) => Type === "volume" && Destination === folder)
    ? folder
    : undefined;
}
