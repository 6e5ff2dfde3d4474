import { randomBytes } from "node:crypto";

const BYTES = 24;

/** 192 bits; letters that mean nothing in a URL, in SQL or to a shell. */
export const generatePassword = (): string => randomBytes(BYTES).toString("base64url");
