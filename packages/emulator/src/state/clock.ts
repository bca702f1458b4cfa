// The emulator's idea of time. Tokens, codes and sessions live by it, so that a test can move past an expiry at once.
// HMAC signatures do not: the SDKs sign with the machine's clock, which nobody here can move.

/** A clock that can stand still and jump. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Whole seconds since 1970, as JWT claims count. */
  seconds(): number;
  /** Stops at `at`, or at the present moment. */
  freeze(at?: Date): void;
  /** Runs on from where it stands. */
  unfreeze(): void;
  /** Jumps by so many seconds, backwards when negative; works frozen and running. */
  move(seconds: number): void;
  /** Back to the base clock. */
  reset(): void;
  readonly frozen: boolean;
  /** Distance from the base clock in milliseconds. */
  readonly offset: number;
}

/** @param base the clock to run on, the machine's by default. */
export function createClock(base: () => Date = () => new Date()): Clock {
  let offset = 0;
  let frozenAt: number | undefined;
  const now = () => frozenAt ?? base().getTime() + offset;
  return {
    now,
    seconds: () => Math.floor(now() / 1000),
    freeze: (at) => {
      frozenAt = at?.getTime() ?? now();
    },
    unfreeze: () => {
      if (frozenAt === undefined) return;
      offset = frozenAt - base().getTime();
      frozenAt = undefined;
    },
    move: (seconds) => {
      if (frozenAt === undefined) offset += seconds * 1000;
      else frozenAt += seconds * 1000;
    },
    reset: () => {
      offset = 0;
      frozenAt = undefined;
    },
    get frozen() {
      return frozenAt !== undefined;
    },
    get offset() {
      // Not from the two times while it runs: the base clock may tick between them.
      return frozenAt === undefined ? offset : frozenAt - base().getTime();
    },
  };
}
