/** Runs in the program: an hour ahead from the first SIGUSR2 on, an hour behind from the second. Timers go on. */
const TURN = `
  const turnsMs = [3_600_000, -3_600_000];
  let turnedMs = 0;
  const Real = Date;
  const now = () => Real.now() + turnedMs;
  globalThis.Date = new Proxy(Real, {
    construct: (real, args, wanted) => Reflect.construct(real, args.length === 0 ? [now()] : args, wanted),
    get: (real, key) => (key === "now" ? now : Reflect.get(real, key)),
  });
  process.on("SIGUSR2", () => { turnedMs = turnsMs.shift() ?? 0; });
`;

/** The environment in which the program's wall clock is turned when a signal tells so. */
export const TURNED_CLOCK = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(TURN)}` };
