/** The sets of columns that a table's events hold: there is a new one once a column is added or dropped. */
export class Layouts {
  readonly columns: number[][] = [];
  readonly #numbers = new Map<string, number>();

  /** The number of a set of columns, given by their places. */
  numberOf(columns: readonly number[]): number {
    const sorted = [...columns].sort((a, b) => a - b);
    const name = sorted.join();
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    const number = this.columns.length;
    this.columns.push(sorted);
    this.#numbers.set(name, number);
    return number;
  }

  get count(): number {
    return this.columns.length;
  }
}
