import { defineConfig } from "vitest/config";

// A start takes ten seconds, and minutes where the images are to be fetched first.
export default defineConfig({ test: { hookTimeout: 300_000, testTimeout: 30_000 } });
