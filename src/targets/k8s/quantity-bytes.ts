const UNITS = ["k", "M", "G", "T", "P", "E"];

/** The bytes of a size as Kubernetes writes it: `10Gi`, `500M`, `1024`; undefined for anything else. */
export function quantityBytes(quantity: string): number | undefined {
  const [, digits, unit = "", binary = ""] = /^(\d+(?:\.\d+)?)([kKMGTPE]?)(i?)$/.exec(quantity) ?? [];
  if (digits === undefined) return undefined;
  const power = UNITS.indexOf(unit === "K" ? "k" : unit) + 1;
  return Number(digits) * (binary === "i" ? 1024 : 1000) ** power;
}
