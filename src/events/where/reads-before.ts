import { tokensOf } from "./tokens.js";

/** Whether an expression asks for a column of the row before a change. */
export function readsBefore(where: string): boolean {
  const tokens = tokensOf(where);
  const isPoint = (at: number) => {
    const { kind, text } = tokens[at] ?? {};
    return kind === "sign" && text === ".";
  };
  return tokens.some(
    ({ kind, text }, at) =>
      (kind === "name" || kind === "quoted") && text === "before" && isPoint(at + 1) && !isPoint(at - 1),
  );
}
