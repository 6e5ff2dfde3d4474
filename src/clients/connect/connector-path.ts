import { CdcError } from "../../errors.js";

/** The path of a connector in Kafka Connect's REST API. @throws CdcError CONNECTOR_NAME_INVALID */
export const connectorPath = (name: string, rest: string): string =>
  `/connectors/${pathSegment(name)}${rest}`;

/**
 * A text as one segment of a URL's path. `.` and `..` cannot be one, however they are written: whoever reads the URL
 * would go to another place.
 * @throws CdcError CONNECTOR_NAME_INVALID
 */
export function pathSegment(text: string): string {
  if (!/^\.{0,2}$|\p{Surrogate}/u.test(text)) return encodeURIComponent(text);
  throw new CdcError(
    "CONNECTOR_NAME_INVALID",
    `Kafka Connect's REST API can have no path with ${JSON.stringify(text)} in it`,
    { hint: "use another name; cdc-pipeline connectors list shows those that are there" },
  );
}
