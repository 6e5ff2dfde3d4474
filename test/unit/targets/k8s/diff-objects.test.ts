import { describe, expect, it } from "vitest";

import { diffObjects } from "../../../../src/targets/k8s/diff-objects.js";

const container = (image: string, more = {}) => ({
  metadata: { name: "postgres-wal", resourceVersion: "1", generation: 1 },
  spec: { template: { spec: { containers: [{ name: "postgres", image, ...more }] } } },
  status: { readyReplicas: 1 },
});

describe("the difference between an object and what an apply would make of it", () => {
  it("names a field of a list's item by the item's name", () => {
    expect(diffObjects(container("postgres:14"), container("postgres:15"), false)).toEqual([
      { key: "spec.template.spec.containers[postgres].image", from: "postgres:14", to: "postgres:15" },
    ]);
  });

  it("does not count what the API server writes by itself", () => {
    const merged = {
      ...container("postgres:15"),
      metadata: { name: "postgres-wal", resourceVersion: "2", generation: 2, managedFields: [{}] },
      status: {},
    };
    expect(diffObjects(container("postgres:15"), merged, false)).toEqual([]);
  });

  it("tells what comes and what goes", () => {
    const changes = diffObjects(
      { spec: { ports: [{ name: "a", port: 1 }] }, metadata: { labels: { old: "x" } } },
      { spec: { ports: [{ name: "b", port: 2 }] }, metadata: { labels: {} } },
      false,
    );
    expect(changes).toEqual([
      { key: "spec.ports[a]", from: '{"name":"a","port":1}' },
      { key: "spec.ports[b]", to: '{"name":"b","port":2}' },
      { key: "metadata.labels.old", from: "x" },
    ]);
  });

  it("never shows what a Secret holds", () => {
    const changes = diffObjects({ data: { password: "b2xk" } }, { data: { password: "bmV3" } }, true);
    expect(changes).toEqual([{ key: "data.password", from: "(not shown)", to: "(another, not shown)" }]);
    expect(JSON.stringify(changes)).not.toMatch(/b2xk|bmV3/);
  });
});
