import { describe, expect, it } from "vitest";
import { takeInteraction } from "./pending-interaction.ts";

function storageWith(text: string | null) {
  let stored = text;
  return {
    getItem: () => stored,
    setItem: () => {},
    removeItem: () => {
      stored = null;
    },
  };
}

describe("takeInteraction", () => {
  it("returns the step only once", () => {
    const storage = storageWith('{"step":"tokens","startedAt":5}');
    expect(takeInteraction(storage)).toEqual({ step: "tokens", startedAt: 5 });
    expect(takeInteraction(storage)).toBeUndefined();
  });

  it.each([null, "", "null", "5", "[]", "{", '{"step":"tokens"}', '{"step":"steal","startedAt":5}', '{"startedAt":5}'])(
    "ignores %s",
    (text) => {
      expect(takeInteraction(storageWith(text))).toBeUndefined();
    },
  );
});
