import type { Check } from "../check.js";
import { SERVER_CHECKS } from "./server.js";

/** Every check, in the order in which findings of one severity are shown. */
export const CHECKS: readonly Check[] = [...SERVER_CHECKS];
