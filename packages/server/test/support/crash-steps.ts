// Where a change can be cut off: after each call that it makes of the store or of ACS, in this order. Before the next call the
// world is the same as after this one.
export const steps = {
  ensure: ["begin", "create", "confirm"],
  /** Without the first look, which changes nothing. */
  delete: ["markDeleting", "delete", "remove"],
};
