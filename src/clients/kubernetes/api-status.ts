import * as z from "zod";

/** The API server's `Status`: what it says when it does not do what was asked. */
export interface ApiStatus {
  readonly code: number;
  readonly reason: string;
  readonly message: string;
  readonly details: {
    readonly name?: string | undefined;
    readonly kind?: string | undefined;
    readonly causes: readonly ApiCause[];
  };
}

export interface ApiCause {
  readonly reason: string;
  readonly message: string;
  readonly field: string;
}

const apiStatus = z.object({
  reason: z.string().default(""),
  message: z.string().default(""),
  details: z
    .object({
      name: z.string().optional(),
      kind: z.string().optional(),
      causes: z
        .array(
          z.object({
            reason: z.string().default(""),
            message: z.string().default(""),
            field: z.string().default(""),
          }),
        )
        .default([]),
    })
    .default({ causes: [] }),
});

/** Reads an answer of any shape; one that is no Status is told by its first line. */
export function parseStatus(code: number, body: unknown): ApiStatus {
  const { success, data } = apiStatus.safeParse(body);
  if (success) return { code, ...data };
  const message = typeof body === "string" ? (body.trim().split("\n", 1)[0] ?? "") : "";
  const isHtml = message.startsWith("<");
  return {
    code,
    reason: "",
    message: isHtml ? "an HTML page, not the API's JSON" : message,
    details: { causes: [] },
  };
}
