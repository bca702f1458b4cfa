// How many calls may be repeated: one in ten, so that retries never make an outage worse.

export interface RetryBudget {
  /** Counts a first call. */
  called(): void;
  /** Whether one more call may be made; takes it from the budget if so. */
  take(): boolean;
}

const callsPerRetry = 10;
/** Long calm must not save up for a storm of retries. */
const maxSaved = 10;

/**
 * A budget of one retry for every ten calls, with the first one in advance, so that a quiet server may repeat its first
 * failed call too; the ten calls that follow pay for it.
 */
export function createRetryBudget(): RetryBudget {
  let credit = 1;
  let debt = 1;
  return {
    called() {
      const earned = 1 / callsPerRetry;
      if (debt > 0) debt = Math.max(0, debt - earned);
      else credit = Math.min(maxSaved, credit + earned);
    },
    take() {
      // Ten additions of a tenth do not quite make one.
      if (credit < 1 - 1e-9) return false;
      credit -= 1;
      return true;
    },
  };
}
