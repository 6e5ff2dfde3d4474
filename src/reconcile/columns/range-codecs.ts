import { setFromDays, showInt64Moment } from "./epoch.js";
import { moment, readDateTime } from "./iso-time.js";
import { utf8Text } from "./json-text.js";
import { asText, jsonText, textFormCodec } from "./make-codec.js";

/**
 * A range of moments as text: the worker of Kafka Connect has a time zone of its own, and Debezium's sessions take it
 * over, so that the bounds have another offset than in the session that copies. Both are brought to UTC.
 */
function inUtc(range: string): string {
  return range.replace(/"([^"]*)"/g, (quoted, bound: string) => {
    const isBeforeChrist = bound.endsWith(" BC");
    const bytes = Buffer.from(isBeforeChrist ? bound.slice(0, -3) : bound, "latin1");
    if (isBeforeChrist || readDateTime(bytes, 0, bytes.length) !== bytes.length) return quoted;
    setFromDays(moment.days, moment.micros);
    return `"${showInt64Moment()}"`;
  });
}

export const TSTZRANGE_CODEC = textFormCodec({
  expression: asText,
  ofBinary: (bytes, start, end) => inUtc(utf8Text(bytes, start, end)),
  ofJson: (json) => {
    const text = jsonText(json);
    return text === undefined ? undefined : inUtc(text);
  },
});
