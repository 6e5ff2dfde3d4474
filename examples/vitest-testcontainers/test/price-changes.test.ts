import { CdcPipelineContainers, type StartedCdcPipeline } from "cdc-pipeline/testcontainers";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";

interface Product {
  readonly id: number;
  readonly name: string;
  /** Exact, and so text. */
  readonly price: string;
}

let cdc: StartedCdcPipeline;
let client: pg.Client;

beforeAll(async () => {
  const schema = new URL("../schema.sql", import.meta.url);
  cdc = await new CdcPipelineContainers().withDatabase("shop", { schema }).start();
  client = new pg.Client({ connectionString: cdc.database().connectionUri });
  await client.connect();
});

afterAll(async () => {
  await client.end();
  await cdc.stop();
});

test("a new price is told with the old one", async () => {
  await client.query("UPDATE products SET price = 17.50 WHERE id = 1");

  const { op, before, after } = await cdc.nextEvent<Product>("public.products");

  expect(op).toBe("u");
  expect(before?.price).toBe("19.90");
  expect(after).toEqual({ id: 1, name: "Lamp", price: "17.50" });
});

test("a product that is gone is told with all that it was", async () => {
  await client.query("DELETE FROM products WHERE id = 1");

  const { before, after } = await cdc.nextEvent<Product>("public.products", { op: "d" });

  expect(before?.name).toBe("Lamp");
  expect(after).toBeNull();
});
