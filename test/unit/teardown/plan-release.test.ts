import { describe, expect, it } from "vitest";

import type { CapturingConnector } from "../../../src/capturing-connector.js";
import type { CaptureFacts, SlotFacts } from "../../../src/teardown/capture-facts.js";
import { planRelease } from "../../../src/teardown/plan-release.js";

const slot = (name: string, database = "shop"): SlotFacts => ({
  name,
  database,
  isActive: false,
  isLost: false,
  unconfirmedBytes: 0,
});
const connector = (overrides: Partial<CapturingConnector> = {}): CapturingConnector => ({
  name: "shop-connector",
  isOurs: true,
  database: "shop",
  slot: "debezium_shop_slot",
  topicPrefix: "debezium.shop",
  state: "RUNNING",
  ...overrides,
});
/** What would go, as `connector/slot`, and what would stay. */
function planOf(facts: CaptureFacts): { go: string[]; stay: string[] } {
  const { releases, foreignSlots } = planRelease(facts);
  return {
    go: releases.map((release) => `${release.connector?.name ?? "-"}/${release.slot?.name ?? "-"}`),
    stay: foreignSlots.map(({ name }) => name),
  };
}

describe("what goes before PostgreSQL is left alone", () => {
  it("is each connector of ours with the slot that it names, whatever that is called", () => {
    const own = connector({ slot: "chosen_by_hand" });
    expect(planOf({ connectors: [own], slots: [slot("chosen_by_hand")] })).toEqual({
      go: ["shop-connector/chosen_by_hand"],
      stay: [],
    });
  });

  it("is a connector without its slot, too: an earlier run was cut off between the two", () => {
    expect(planOf({ connectors: [connector()], slots: [] }).go).toEqual(["shop-connector/-"]);
  });

  it("is a slot of our naming that no connector names", () => {
    expect(planOf({ connectors: [], slots: [slot("debezium_shop_slot")] })).toEqual({
      go: ["-/debezium_shop_slot"],
      stay: [],
    });
  });

  it("is by its name alone where Kafka Connect cannot be asked, and that is said", () => {
    const facts: CaptureFacts = {
      connectors: { unknown: "no answer" },
      slots: [slot("debezium_shop_slot"), slot("warehouse")],
    };
    expect(planOf(facts)).toEqual({ go: ["-/debezium_shop_slot"], stay: ["warehouse"] });
    expect(planRelease(facts).unknown).toBe("no answer");
  });
});

describe("what stays", () => {
  it("is a slot of our naming that belongs to another database, or is read by a connector of somebody else's", () => {
    expect(planOf({ connectors: [], slots: [slot("debezium_shop_slot", "orders")] }).stay).toEqual([
      "debezium_shop_slot",
    ]);
    const theirs = connector({ name: "theirs", isOurs: false });
    expect(planOf({ connectors: [theirs], slots: [slot("debezium_shop_slot")] })).toEqual({
      go: [],
      stay: ["debezium_shop_slot"],
    });
  });

  it("is a slot of another database that a connector of ours names by mistake", () => {
    const facts = { connectors: [connector({ slot: "warehouse" })], slots: [slot("warehouse", "other")] };
    expect(planOf(facts)).toEqual({ go: ["shop-connector/-"], stay: ["warehouse"] });
  });
});
