// The emulator's clock. Tokens, codes and sessions expire by it, so that a test can skip to an expiry. HMAC signatures
// do not use it, because the SDKs sign with the clock of the machine.

/** A clock that tests can freeze and move. */
export interface Clock {
  /** The current time in milliseconds since 1970. */
  now(): number;
  /** The current time in whole seconds since 1970, as in JWT claims. */
  seconds(): number;
  /** Stops the clock at `at`. Default: at the current time. @throws RangeError outside 1970 to 9998; nothing changes */
  freeze(at?: Date): void;
  /** Lets the clock run again from the time at which it stands. */
  unfreeze(): void;
  /**
   * Moves the clock by a number of seconds, backwards if negative, whether it is frozen or not.
   * @throws RangeError outside 1970 to 9998; nothing changes
   */
  move(seconds: number): void;
  /** Returns to the base clock. */
  reset(): void;
  readonly frozen: boolean;
  /** Difference from the base clock in milliseconds. */
  readonly offset: number;
  /** Calls the listener after each change by the functions above, not when time passes by itself. */
  onChange(listener: () => void): void;
}

/** Later times do not fit in the dates of tokens and certificates, which have four digits for the year. */
const LAST_MILLISECOND = Date.UTC(9998, 11, 31);

/** @throws RangeError for a time that the clock cannot show */
export function checkTime(milliseconds: number): number {
  if (milliseconds >= 0 && milliseconds <= LAST_MILLISECOND) return milliseconds;
  throw new RangeError("the clock can show only times from 1970-01-01 to 9998-12-31");
}

/** @param base the clock to run on. Default: the clock of the machine */
export function createClock(base: () => Date = () => new Date()): Clock {
  let offset = 0;
  let frozenAt: number | undefined;
  const listeners: (() => void)[] = [];
  const now = () => frozenAt ?? base().getTime() + offset;
  const changed = () => {
    for (const listener of listeners) listener();
  };
  return {
    now,
    seconds: () => Math.floor(now() / 1000),
    freeze: (at) => {
      frozenAt = checkTime(at?.getTime() ?? now());
      changed();
    },
    unfreeze: () => {
      if (frozenAt === undefined) return;
      offset = frozenAt - base().getTime();
      frozenAt = undefined;
      changed();
    },
    move: (seconds) => {
      checkTime(now() + seconds * 1000);
      if (frozenAt === undefined) offset += seconds * 1000;
      else frozenAt += seconds * 1000;
      changed();
    },
    reset: () => {
      offset = 0;
      frozenAt = undefined;
      changed();
    },
    get frozen() {
      return frozenAt !== undefined;
    },
    get offset() {
      // While the clock runs, do not subtract two readings: the base clock may tick between them.
      return frozenAt === undefined ? offset : frozenAt - base().getTime();
    },
    onChange: (listener) => void listeners.push(listener),
  };
}
