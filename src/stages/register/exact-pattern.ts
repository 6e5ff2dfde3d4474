/** A Java regular expression that only this name matches; Debezium takes lists of them apart at commas. */
export function exactPattern(name: string): string {
  return name.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&").replaceAll(",", "\\x2C");
}
