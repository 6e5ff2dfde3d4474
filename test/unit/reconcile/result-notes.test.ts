import { expect, it } from "vitest";

import type { NamedDifference } from "../../../src/reconcile/reconciliation.js";
import { resultNotes } from "../../../src/reconcile/result-notes.js";
import type { PublishedTable } from "../../../src/reconcile/tables/read-published-tables.js";

const PUBLISHED: PublishedTable = {
  oid: 1,
  schema: "public",
  name: "things",
  isPartitioned: false,
  rowFilter: null,
  published: ["id", "amounts"],
  key: ["id"],
  isReadable: true,
  rows: 10,
};
const NOTHING = { lost: 0, extra: 0, different: 0 };
const extra = (op: string): NamedDifference => ({ kind: "extra", key: { id: "1" }, op });
const differing = (postgres: string | null, kafka: string | null): NamedDifference => ({
  kind: "different",
  key: { id: "1" },
  columns: { amounts: { postgres, kafka } },
});

it.each([
  { name: "nothing is wrong", skipped: ["c", "u", "d", "t"], notes: [] },
  { name: "no setting leads to it", counts: { extra: 1 }, differences: [extra("r")], notes: [] },
  {
    name: "truncates are left out",
    skipped: ["t"],
    counts: { extra: 1, lost: 1 },
    notes: [/TRUNCATE.*extra/],
  },
  {
    name: "inserts and updates are left out",
    skipped: ["c", "u"],
    counts: { lost: 1, different: 1 },
    notes: [/inserts.*lost/, /updates.*differ/],
  },
  {
    name: "a snapshot read what the filter leaves out",
    rowFilter: "(is_open)",
    counts: { extra: 3 },
    differences: [extra("r"), extra("r"), extra("c")],
    notes: [/^2 of the extra rows .* filter/],
  },
  {
    name: "a snapshot read all that is extra",
    rowFilter: "(is_open)",
    skipped: ["t"],
    counts: { extra: 1 },
    differences: [extra("r")],
    notes: [/filter/],
  },
  {
    name: "with a filter no read is extra",
    rowFilter: "(is_open)",
    counts: { extra: 1 },
    differences: [extra("c")],
    notes: [],
  },
  {
    name: "a long value became NULL",
    nulled: ["amounts"],
    counts: { different: 1 },
    differences: [differing("{1,2}", null)],
    notes: [/^amounts: .* ALTER TABLE public\.things REPLICA IDENTITY FULL/],
  },
  {
    name: "another value than NULL",
    nulled: ["amounts"],
    counts: { different: 1 },
    differences: [differing("{1,2}", "{1}"), differing(null, "{1}")],
    notes: [],
  },
])("$name", ({ skipped = [], nulled = [], rowFilter = null, counts = {}, differences = [], notes }) => {
  const published = { ...PUBLISHED, rowFilter };
  const table = { label: "public.things", published, skippedOperations: skipped, nulledColumns: nulled };
  const found = resultNotes(table, { ...NOTHING, ...counts }, differences);
  expect(found).toEqual(notes.map((note) => expect.stringMatching(note) as string));
});
