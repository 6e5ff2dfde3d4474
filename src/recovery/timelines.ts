import { parseLsn } from "../lsn.js";
import { type ArchiveFacts, segmentBytesOf } from "./archive-facts.js";
import { parseSegment, timelineFile } from "./wal-segment.js";

/** A stretch of WAL on one timeline; the last one of a path has no end. */
export interface TimelinePart {
  readonly timeline: number;
  /** Where the next timeline leaves it. */
  readonly endLsn?: bigint;
}

/** The way from the first timeline to `timeline`, as its history file tells it. */
export function timelinePath({ texts }: Pick<ArchiveFacts, "texts">, timeline: number): TimelinePart[] {
  const text = texts.get(timelineFile(timeline)) ?? "";
  const ancestors = text.split("\n").flatMap((line): TimelinePart[] => {
    const [, parent, endLsn] = /^(\d+)\s+([0-9A-F]+\/[0-9A-F]+)/.exec(line) ?? [];
    if (parent === undefined || endLsn === undefined) return [];
    return [{ timeline: Number(parent), endLsn: parseLsn(endLsn) }];
  });
  return [...ancestors, { timeline }];
}

/** All timelines that the archive knows of, the newest last; each restore begins one. */
export function timelinesOf(facts: ArchiveFacts): number[] {
  const segmentBytes = segmentBytesOf(facts);
  const fromSegments = facts.wal.map(({ name }) => parseSegment(name, segmentBytes)?.timeline);
  const fromHistories = facts.wal.map(({ name }) => {
    const [, timeline] = /^([0-9A-F]{8})\.history$/.exec(name) ?? [];
    return timeline === undefined ? undefined : parseInt(timeline, 16);
  });
  const known = [...fromSegments, ...fromHistories].filter((timeline) => timeline !== undefined);
  return [...new Set(known)].sort((one, other) => one - other);
}
