/** A name for what is restored, where the user gave none: `BASE-restored-20261123100000`, in UTC. */
export const newInstanceName = (base: string, now: Date): string =>
  `${base}-restored-${now.toISOString().slice(0, 19).replaceAll(/\D/g, "")}`;
