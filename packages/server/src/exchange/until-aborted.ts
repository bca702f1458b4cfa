// Waiting that ends early. The work itself continues, and may serve another request.

/**
 * Waits for the outcome until the signal aborts. Rejects as the outcome does, or with the signal's reason. It leaves no listener
 * at the signal.
 */
export async function untilAborted<Value>(outcome: Promise<Value>, signal: AbortSignal): Promise<Value> {
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  signal.addEventListener("abort", abort);
  try {
    return await Promise.race([outcome, aborted]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}
