// A region that scrolls must be reachable by keyboard (WCAG 2.1.1), even if it contains no controls.

/** The attributes of an element that can scroll. */
export const scrollable = { tabIndex: 0 } as const;
