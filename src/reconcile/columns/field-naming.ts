/**
 * How Debezium makes a field's name of a column's.
 * @param mode `field.name.adjustment.mode`; characters are those of Java, of 16 bits
 */
export function fieldNaming(mode = "none"): (name: string) => string {
  switch (mode.trim().toLowerCase()) {
    case "avro":
      return (name) => name.replace(/^[0-9]/, "_$&").replace(/[^A-Za-z0-9_]/g, "_");
    case "avro_unicode":
      return (name) => name.replace(/^[^A-Za-z]|[^A-Za-z0-9]/g, inHex);
    default:
      return (name) => name;
  }
}

/** Two digits of zeros where there are one or two, and none where there are three: as Debezium does. */
function inHex(character: string): string {
  const hex = character.charCodeAt(0).toString(16);
  return `_u${hex.length <= 2 ? `00${hex}` : hex}`;
}
