// The guard from its start to its end: when it reports to Redis, and how it leaves. Its rests end when the test says so.
import { expect, it } from "vitest";
import { start, startJoined } from "../../test/support/quota-guard.ts";

/** Everything that can happen without the test has happened. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

it("has joined when it has started, as soon as Redis lets it", async () => {
  const { guard, fake, rests } = start();
  fake.stage = "0";
  rests.ending = 2;
  void guard.start();
  await settled();
  fake.stage = "1";
  rests.endOne();
  await settled();
  expect(guard.shared).toBe(true);
  expect(rests.asked).toEqual([100, 100, 100, 1_000]);
});

it("starts with its local share when Redis has not let it join ten times, and keeps asking", async () => {
  const { guard, fake, rests } = start();
  fake.stage = "0";
  rests.ending = 10;
  void guard.start();
  await settled();
  expect(guard.shared).toBe(false);
  expect(rests.asked).toEqual(Array(11).fill(100));
  // The first of them is reported twice, because only its answer names the state.
  expect(fake.reports).toHaveLength(11);
});

it("starts immediately without Redis, and asks it as soon as it is back", async () => {
  const { guard, fake, rests } = start();
  fake.available = false;
  void guard.start();
  await settled();
  expect([fake.reports, rests.asked]).toEqual([[], [1_000]]);
  fake.available = true;
  fake.becomesAvailable();
  await settled();
  expect(guard.shared).toBe(true);
});

it("reports after every rest", async () => {
  const { guard, fake, rests } = start();
  void guard.start();
  await settled();
  const before = fake.reports.length;
  for (let i = 1; i <= 3; i += 1) {
    rests.endOne();
    await settled();
    expect(fake.reports).toHaveLength(before + i);
  }
  expect(rests.asked).toEqual(Array(4).fill(1_000));
});

it("does not report again once it is stopped", async () => {
  const { guard, fake, rests } = start();
  void guard.start();
  await settled();
  const before = fake.reports.length;
  await guard.stop();
  rests.endOne();
  await settled();
  expect([fake.reports.length, rests.asked.length]).toEqual([before, 1]);
});

it("signs off if Redis decides, so that the others get its share immediately", async () => {
  const { guard, fake } = await startJoined();
  const { instance } = fake.reports[0] ?? {};
  await guard.stop();
  expect(fake.sent).toEqual([["ZREM", "tte:{acs.example}:instances", instance]]);
});

it("does not sign off if it decides without Redis: the others must not use its share", async () => {
  const { guard, fake } = await startJoined();
  fake.fails = true;
  await guard.report();
  fake.fails = false;
  await guard.stop();
  expect(fake.sent).toEqual([]);
});

it("ends even if signing off fails", async () => {
  const { guard, fake } = await startJoined();
  fake.fails = true;
  await expect(guard.stop()).resolves.toBeUndefined();
});

it("really pauses if the test does not replace the pause", async () => {
  const { guard, fake } = start({ restsForReal: true });
  fake.stage = "0";
  const starting = guard.start();
  await settled();
  expect(guard.shared).toBe(false);
  fake.stage = "1";
  await starting;
  expect(guard.shared).toBe(true);
  await guard.stop();
});
