import { describe, expect, it } from "vitest";
import type { CallSnapshot, Participant } from "../call/calling.ts";
import { emptySnapshot } from "../call/fake-live-call.ts";
import { columnsFor, type Layout, layOut, type Place, type Size } from "./layout.ts";

const person = (id: string, ...kinds: ("camera" | "screen")[]): Participant => ({
  id,
  name: id,
  speaking: false,
  muted: false,
  videos: kinds.map((kind) => ({ key: `${id}/${kind}`, kind })),
});
const people = (count: number, ...kinds: ("camera" | "screen")[]) =>
  Array.from({ length: count }, (_, index) => person(`p${index}`, ...kinds));
const call = (participants: Participant[], more: Partial<CallSnapshot> = {}): CallSnapshot => ({
  ...emptySnapshot,
  participants,
  ...more,
});

const phone: Size = { width: 302, height: 302 };
const tablet: Size = { width: 690, height: 560 };
const desktop: Size = { width: 1040, height: 620 };
const large: Size = { width: 1480, height: 700 };
const stages: [string, Size][] = Object.entries({ phone, tablet, desktop, large });
const localVideo = { key: "local", kind: "camera" } as const;

const overlaps = (a: Place, b: Place) =>
  a.left < b.left + b.width - 0.01 &&
  b.left < a.left + a.width - 0.01 &&
  a.top < b.top + b.height - 0.01 &&
  b.top < a.top + a.height - 0.01;

function expectInside({ tiles }: Layout, stage: Size): void {
  for (const { place } of tiles) {
    expect(place.left).toBeGreaterThanOrEqual(-0.01);
    expect(place.top).toBeGreaterThanOrEqual(-0.01);
    expect(place.left + place.width).toBeLessThanOrEqual(stage.width + 0.01);
    expect(place.top + place.height).toBeLessThanOrEqual(stage.height + 0.01);
    expect(place.width * place.height).toBeGreaterThan(0);
  }
}

describe.each(stages)("on a %s", (_name, stage) => {
  it.each([1, 2, 3, 4, 5, 7, 9, 16, 40])("tiles of %i people are inside of the stage and do not overlap", (count) => {
    const layout = layOut(call(people(count, "camera")), stage);
    expectInside(layout, stage);
    expect(layout.tiles.length + layout.notShown).toBe(count);
    for (const [index, { place }] of layout.tiles.entries()) {
      for (const other of layout.tiles.slice(index + 1)) expect(overlaps(place, other.place)).toBe(false);
    }
  });

  it("a shared screen is by far the largest tile, and nothing covers it", () => {
    const snapshot = call([person("b", "camera", "screen"), ...people(9, "camera")], { localVideo });
    const layout = layOut(snapshot, stage);
    expectInside(layout, stage);
    const [screen, ...others] = layout.tiles;
    expect(screen?.kind).toBe("screen");
    expect(others.at(-1)?.kind).toBe("self");
    for (const { place } of others) {
      const main = screen?.place ?? place;
      expect(main.width * main.height).toBeGreaterThan(4 * place.width * place.height);
      expect(overlaps(main, place)).toBe(false);
    }
    expect(layout.notShown).toBe(10 - others.filter(({ kind }) => kind === "camera").length);
  });

  it("the own camera is small and in a corner while there is one other", () => {
    const layout = layOut(call(people(1, "camera"), { localVideo }), stage);
    expectInside(layout, stage);
    const [other, self] = layout.tiles;
    expect(self).toMatchObject({ kind: "self", video: localVideo });
    expect(self?.place.width).toBeLessThan((other?.place.width ?? 0) / 2);
  });

  it.each([4, 9, 12, 30])("the own camera does not hide a name of %i others", (count) => {
    const layout = layOut(call(people(count, "camera"), { localVideo }), stage);
    expectInside(layout, stage);
    const self = layout.tiles.at(-1);
    expect(self?.kind).toBe("self");
    for (const { place } of layout.tiles.slice(0, -1)) {
      // A name is in the left half of the bottom of a tile.
      const name = { ...place, width: place.width / 2, top: place.top + place.height - 24, height: 24 };
      expect(self && overlaps(self.place, name)).toBe(false);
    }
  });
});

describe("the layout", () => {
  it("keeps the key of a tile when the camera goes off, and when a screen is shared", () => {
    const keyOfBruno = (participant: Participant) =>
      layOut(call([participant]), desktop).tiles.find(({ kind }) => kind === "camera")?.key;
    const key = keyOfBruno(person("b", "camera"));
    expect(keyOfBruno(person("b"))).toBe(key);
    expect(keyOfBruno(person("b", "camera", "screen"))).toBe(key);
  });

  it("prefers who speaks, then cameras that are on, and does not change the order", () => {
    const participants = [...people(20), person("with-camera", "camera"), person("speaker")];
    const { tiles, notShown } = layOut(call(participants, { dominantSpeakers: ["speaker"] }), phone);
    expect(tiles).toHaveLength(6);
    expect(tiles.slice(-2).map(({ key }) => key)).toEqual(["with-camera", "speaker"]);
    expect(tiles[0]?.key).toBe("p0");
    expect(notShown).toBe(16);
  });

  it("does not make a tile wider than 16:9 or higher than wide", () => {
    for (const [, stage] of stages) {
      for (const { place } of layOut(call(people(3, "camera")), stage).tiles) {
        expect(place.width / place.height).toBeLessThanOrEqual(16 / 9 + 0.01);
        expect(place.width / place.height).toBeGreaterThanOrEqual(0.99);
      }
    }
  });

  it("shows a second shared screen even if others speak", () => {
    const participants = [person("first", "screen"), ...people(9, "camera"), person("second", "camera", "screen")];
    const { tiles } = layOut(call(participants, { dominantSpeakers: ["p1", "p2", "p3"] }), phone);
    const screens = tiles.filter(({ kind }) => kind === "screen").map(({ key }) => key);
    expect(screens).toEqual(["first/screen", "second/screen"]);
  });

  it("puts an incomplete last row in the middle", () => {
    const { tiles } = layOut(call(people(3, "camera")), phone);
    const last = tiles.at(-1)?.place;
    expect((last?.left ?? 0) + (last?.width ?? 0) / 2).toBeCloseTo(phone.width / 2);
  });

  it("is empty on a stage that has no size yet", () => {
    expect(layOut(call([]), { width: 0, height: 0 })).toEqual({ tiles: [], notShown: 0 });
  });
});

describe("columnsFor", () => {
  it.each([
    [1, phone, 1],
    [2, phone, 1],
    [3, phone, 2],
    [4, phone, 2],
    [2, large, 2],
    [3, large, 3],
    [6, large, 3],
    [9, tablet, 3],
  ])("%i tiles on %o are in %i columns", (count, stage, columns) => {
    expect(columnsFor(count, stage)).toBe(columns);
  });
});
