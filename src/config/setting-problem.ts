/** What settings that are right one by one get wrong together. */
export interface SettingProblem {
  /** The dotted key of the setting that is wrong. */
  readonly path: string;
  readonly message: string;
}

/** Notes what is wrong with a key of one section. */
export type Complain = (key: string, message: string) => void;

/** @returns what was noted so far, and the way to note more */
export function collectProblems(section: string): {
  readonly problems: readonly SettingProblem[];
  readonly wrong: Complain;
} {
  const problems: SettingProblem[] = [];
  return {
    problems,
    wrong: (key, message) => void problems.push({ path: `${section}.${key}`, message }),
  };
}
