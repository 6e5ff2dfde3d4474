/** Those of the documentation: no secrets, and good enough where only this machine reaches the servers. */
export const DEFAULT_PASSWORDS = { admin: "password123", debezium: "debezium_pass" } as const;
