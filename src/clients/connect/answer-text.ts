import type { AxiosResponse } from "axios";

/** What the worker says, never more than one line of it; a proxy's HTML is named as such. */
export function messageOf({ status, data, headers }: AxiosResponse<unknown>): string {
  if (status >= 300 && status < 400) return `it sends to ${placeOf(headers.location)}`;
  if (isHtml(data)) return "an HTML page, not Kafka Connect's JSON";
  const message = typeof data === "object" && data !== null && "message" in data ? data.message : undefined;
  const lines = typeof message === "string" ? message.split(/[\r\n]+/).map((line) => line.trim()) : [];
  return lines.find((line) => line !== "") ?? `HTTP ${status}`;
}

export const isHtml = (data: unknown): boolean =>
  typeof data === "string" && data.trimStart().startsWith("<");

/** A redirect's place, without what a login page adds to it. */
function placeOf(location: unknown): string {
  return typeof location === "string"
    ? location.replace(/[?#].*$/s, "").replace(/\/\/[^/@]*@/, "//")
    : "another place";
}
