// The keyboard shortcuts of a call: the ones that Microsoft Teams has.
// Source: https://support.microsoft.com/office/keyboard-shortcuts-for-microsoft-teams-2e8e2a70-e8d8-4a19-949b-4c36dd5292d2

export type ShortcutName = "mute" | "camera" | "share" | "hand" | "leave";

/** The letter of each shortcut; Ctrl+Shift, or ⌘+Shift on Apple devices, belongs to each. */
export const shortcuts: readonly { readonly name: ShortcutName; readonly letter: string; readonly does: string }[] = [
  { name: "mute", letter: "M", does: "Mute or unmute" },
  { name: "camera", letter: "O", does: "Turn the camera on or off" },
  { name: "share", letter: "E", does: "Share the screen, or stop it" },
  { name: "hand", letter: "K", does: "Raise or lower your hand" },
  { name: "leave", letter: "H", does: "Leave the call" },
];

/** The value of `aria-keyshortcuts` for a button. */
export function ariaShortcut(name: ShortcutName, isApple: boolean): string {
  const letter = shortcuts.find((shortcut) => shortcut.name === name)?.letter;
  return `${isApple ? "Meta" : "Control"}+Shift+${letter}`;
}

export type KeyPress = Pick<
  KeyboardEvent,
  "key" | "code" | "ctrlKey" | "metaKey" | "shiftKey" | "altKey" | "repeat" | "defaultPrevented"
>;

/** Returns the shortcut that was pressed. On a keyboard without Latin letters, the position of the key counts. */
export function shortcutOf(press: KeyPress, isApple: boolean): ShortcutName | undefined {
  const { key, code, ctrlKey, metaKey, shiftKey, altKey, repeat, defaultPrevented } = press;
  const [wanted, unwanted] = isApple ? [metaKey, ctrlKey] : [ctrlKey, metaKey];
  if (!wanted || unwanted || !shiftKey || altKey || repeat || defaultPrevented) return undefined;
  const letter = /^[a-z]$/i.test(key) ? key.toUpperCase() : code.replace(/^Key/, "");
  return shortcuts.find((shortcut) => shortcut.letter === letter)?.name;
}

const textInputs = "input:not([type=checkbox], [type=radio], [type=button], [type=range]), textarea, [contenteditable]";

/** True if the user is typing into this element, where Ctrl+Shift can have a meaning of its own. */
export const isTyping = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest(textInputs) !== null;

/** True on devices with a ⌘ key. */
export const isAppleDevice = () => /Mac|iPhone|iPad/.test(navigator.userAgent);
