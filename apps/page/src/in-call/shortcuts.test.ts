import { describe, expect, it } from "vitest";
import { ariaShortcut, type KeyPress, shortcutOf, shortcuts } from "./shortcuts.ts";

const press = (key: string, more: Partial<KeyPress> = {}): KeyPress => ({
  key,
  code: `Key${key.toUpperCase()}`,
  ctrlKey: true,
  metaKey: false,
  shiftKey: true,
  altKey: false,
  repeat: false,
  defaultPrevented: false,
  ...more,
});

describe("shortcutOf", () => {
  it.each(shortcuts)("recognizes Ctrl+Shift+$letter", ({ name, letter }) => {
    expect(shortcutOf(press(letter), false)).toBe(name);
    expect(shortcutOf(press(letter.toLowerCase()), false)).toBe(name);
    expect(shortcutOf(press(letter, { ctrlKey: false, metaKey: true }), true)).toBe(name);
  });

  it("uses the position of the key on a keyboard without Latin letters, and the letter on every other one", () => {
    expect(shortcutOf(press("ь", { code: "KeyM" }), false)).toBe("mute");
    // On a French keyboard, M is where the semicolon is on an English one.
    expect(shortcutOf(press("M", { code: "Semicolon" }), false)).toBe("mute");
    expect(shortcutOf(press("?", { code: "KeyM" }), false)).toBe("mute");
    expect(shortcutOf(press("Q", { code: "KeyM" }), false)).toBeUndefined();
  });

  it.each([
    ["without Shift", { shiftKey: false }],
    ["without Ctrl", { ctrlKey: false }],
    ["with Alt", { altKey: true }],
    ["with the Windows key", { metaKey: true }],
    ["while the key is held down", { repeat: true }],
    ["if something else has handled it", { defaultPrevented: true }],
  ])("does nothing %s", (_name, more) => {
    expect(shortcutOf(press("M", more), false)).toBeUndefined();
  });

  it("does nothing with another letter", () => {
    expect(shortcutOf(press("X"), false)).toBeUndefined();
  });
});

describe("ariaShortcut", () => {
  it("names the keys as ARIA does", () => {
    expect(ariaShortcut("mute", false)).toBe("Control+Shift+M");
    expect(ariaShortcut("hand", true)).toBe("Meta+Shift+K");
  });
});
