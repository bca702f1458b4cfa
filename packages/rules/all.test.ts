/// <reference types="vite/client" />
// All tests of the rules as one file, for mutation testing: each of the hundreds of mutants then starts one thread, which loads
// everything once. It would start one for each test file otherwise.
import { describe } from "vitest";

for (const [file, load] of Object.entries(import.meta.glob("./src/**/*.test.ts"))) {
  // Names are unique within a file only.
  describe(file, async () => {
    await load();
  });
}
