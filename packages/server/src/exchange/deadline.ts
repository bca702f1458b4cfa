// One deadline for a piece of work. AbortSignal.timeout would keep its timer, and then make an error, for every call that
// ended long before.

/**
 * Runs work under a signal that aborts after a time. Rejects as the work does.
 * @param deadlineMs milliseconds from now
 */
export async function withDeadline<Value>(
  deadlineMs: number,
  work: (signal: AbortSignal) => Promise<Value>,
): Promise<Value> {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), deadlineMs);
  try {
    return await work(controller.signal);
  } finally {
    clearTimeout(timer);
  }
}
