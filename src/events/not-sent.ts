/** Debezium's word for a large value that the update did not touch. */
export const NOT_SENT = "__debezium_unavailable_value";
