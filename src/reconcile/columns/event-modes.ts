import type { ConnectorConfig } from "../../clients/connect/connect-client.js";
import type { EventModes } from "./column-codec.js";

/** What Debezium 3.7 takes where the configuration says nothing; names are not told apart by their case. */
const DEFAULTS = {
  "time.precision.mode": "adaptive",
  "decimal.handling.mode": "precise",
  "interval.handling.mode": "numeric",
  "binary.handling.mode": "bytes",
  "hstore.handling.mode": "json",
  "include.unknown.datatypes": "false",
  "value.converter.decimal.format": "base64",
} as const;

/** How a connector writes values, from its configuration. */
export function eventModesOf(config: ConnectorConfig): EventModes {
  const mode = (key: keyof typeof DEFAULTS): string => (config[key] ?? DEFAULTS[key]).trim().toLowerCase();
  return {
    timePrecision: mode("time.precision.mode"),
    decimalHandling: mode("decimal.handling.mode"),
    intervalHandling: mode("interval.handling.mode"),
    binaryHandling: mode("binary.handling.mode"),
    hstoreHandling: mode("hstore.handling.mode"),
    moneyFractionDigits: Number(config["money.fraction.digits"] ?? "2"),
    unavailablePlaceholder: config["unavailable.value.placeholder"] ?? "__debezium_unavailable_value",
    includesUnknownTypes: mode("include.unknown.datatypes") === "true",
    decimalFormat: mode("value.converter.decimal.format"),
  };
}
