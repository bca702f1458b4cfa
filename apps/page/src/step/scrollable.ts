// A region that scrolls must be reachable by keyboard (WCAG 2.1.1), though nothing in it can be operated.

/** The attributes of an element that may scroll. */
export const scrollable = { tabIndex: 0 } as const;
