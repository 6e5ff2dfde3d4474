import { CdcError } from "../errors.js";

/** Debezium's letters, and the words that the terminal has for them. */
const OPS: Readonly<Record<string, string>> = {
  ...{ c: "c", u: "u", d: "d", t: "t", r: "r" },
  ...{ insert: "c", update: "u", delete: "d", truncate: "t", snapshot: "r" },
};

/** The operations of a list `c,u` or `insert,update`. @throws CdcError USAGE */
export function parseOps(list: string): ReadonlySet<string> {
  return new Set(
    list.split(",").map((word) => {
      const name = word.trim().toLowerCase();
      if (Object.hasOwn(OPS, name)) return OPS[name] ?? name;
      throw new CdcError("USAGE", `--op ${list}: ${JSON.stringify(word)} is no operation`, {
        hint: "--op c,u,d,t,r, of insert, update, delete, truncate, snapshot",
      });
    }),
  );
}
