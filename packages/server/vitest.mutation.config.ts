import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** The tests beside the code come first: they are quick, and the first test that fails ends the run of a mutant. */
class QuickFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const [quick, slow] = [files.filter(isQuick), files.filter((file) => !isQuick(file))];
    return [...quick, ...slow];
  }
}
const isQuick = ({ moduleId }: TestSpecification) => moduleId.includes("/src/");

// The tests that answer for the rules and the guard: the tables beside the code and the HTTP tests of both tokens. The
// others would find the same mutants again, later.
export default defineConfig({
  test: {
    name: "mutation",
    // A test that waits in vain for what a mutant does not do fails after this. None takes a second otherwise.
    testTimeout: 30_000,
    include: [
      "src/{entra,exchange,quota,rate-limit}/*.test.ts",
      "test/{answers-of-acs,audit,authentication,exchange,quota-guard,redis-quota-guard,quota-and-limits}.test.ts",
    ],
    sequence: { sequencer: QuickFirst },
  },
});
