/** A value in a Java properties file, which is read as ISO 8859-1. */
export function javaProperty(value: string): string {
  return value
    .replace(/[\\#!=:]/g, "\\$&")
    .replace(/^ /, "\\ ")
    .replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
