import { Writable } from "node:stream";
import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { fileDestination } from "./logging.ts";
import { streamDestination } from "./standard-output.ts";

describe("a file", () => {
  it("that is full costs lines; the next one that can be written says how many", () => {
    const written: string[] = [];
    let isFull = true;
    const destination = fileDestination((line) => {
      if (isFull) throw Object.assign(new Error("no space"), { code: "ENOSPC" });
      written.push(line);
    });
    destination.write("a\n");
    destination.write("b\n");
    isFull = false;
    destination.write("c\n");
    destination.write("d\n");
    expect(written.map((line) => (line.startsWith("{") ? JSON.parse(line).dropped : line))).toEqual([2, "c\n", "d\n"]);
  });
});

describe("a pipe", () => {
  it("that nobody reads holds 1 MB in memory and no more; once it is read, it says what was dropped", async () => {
    const taken: string[] = [];
    let takeNext = () => {};
    const pipe = new Writable({
      decodeStrings: false,
      write(chunk: string, _encoding, done) {
        taken.push(chunk);
        takeNext = done;
      },
    });
    const destination = streamDestination(pipe);
    const line = `${"x".repeat(1023)}\n`;
    for (let i = 0; i < 3000; i++) {
      destination.write(line);
      // Lines of one turn of the event loop are one write.
      if (i % 100 === 0) await setImmediate();
    }
    await setImmediate();
    expect(pipe.writableLength).toBeLessThanOrEqual(1024 * 1024 + line.length);
    const kept = pipe.writableLength / line.length;
    while (pipe.writableLength > 0) takeNext();
    destination.write("last\n");
    await setImmediate();
    while (pipe.writableLength > 0) takeNext();
    const [told = "", last] = (taken.at(-1) ?? "").trim().split("\n");
    expect(JSON.parse(told)).toMatchObject({ dropped: 3000 - kept });
    expect(last).toBe("last");
  });

  it("that is gone takes nothing and throws nothing", () => {
    const pipe = new Writable();
    pipe.destroy();
    expect(() => streamDestination(pipe).write("a\n")).not.toThrow();
  });
});
