/** More than this only makes them wait for the server's processors. */
const MOST = 16;
/** Connections that are left to others. */
const RESERVE = 5;
/** The administrator's and the role's. */
const CONNECTIONS_A_DATABASE = 2;

/** How many databases may be prepared at one time, from the server's free connections; at least one. */
export function concurrencyFor(freeConnections: number): number {
  const fitting = Math.floor((freeConnections - RESERVE) / CONNECTIONS_A_DATABASE);
  return Math.max(1, Math.min(MOST, fitting));
}
