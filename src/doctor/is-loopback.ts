/** Whether an address is of this machine alone. */
export const isLoopback = (host: string): boolean => /^(127\.|::1$|localhost$)/.test(host);
