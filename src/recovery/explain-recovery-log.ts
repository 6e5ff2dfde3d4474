/** PostgreSQL's own words for why it ended instead of recovering, from its log; undefined where it has none. */
export function explainRecoveryLog(log: string): string | undefined {
  const lines = log.split("\n");
  const fatal = lines.flatMap((line) => {
    const [, words] = /(?:FATAL|PANIC): {2}(.*)$/.exec(line) ?? [];
    // What is only told to clients while it starts is no cause.
    return words === undefined || words.startsWith("the database system is") ? [] : [words];
  });
  const [reason] = fatal;
  if (reason === undefined) return undefined;
  const [, lastTime] = /last completed transaction was at log time (.+)$/m.exec(log) ?? [];
  return lastTime === undefined
    ? reason
    : `${reason}; the last change that it replayed was committed at ${lastTime}`;
}
