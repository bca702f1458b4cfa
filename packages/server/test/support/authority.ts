// What tests of the way to the authority need beside the emulator: the real fetch with a memory of what it sent, because
// the emulator's log holds neither headers nor forms, and time limits that end when the test says so.
import { onTestFinished, vi } from "vitest";

/** One request as it was sent. */
export interface SentRequest {
  readonly url: URL;
  readonly method: string;
  readonly headers: Headers;
  readonly form: URLSearchParams;
}

/** The given fetch, by default the real one, which also remembers each request before it is sent. */
export function rememberingFetch(send: typeof fetch = fetch) {
  const sent: SentRequest[] = [];
  const remembering: typeof fetch = (input, init) => {
    const form = new URLSearchParams(typeof init?.body === "string" ? init.body : "");
    sent.push({
      url: new URL(String(input)),
      method: init?.method ?? "GET",
      headers: new Headers(init?.headers),
      form,
    });
    return send(input, init);
  };
  return { sent, fetch: remembering };
}

/** Stops the clock of all time limits that begin during this test. @returns the function that lets their time pass */
export function holdTimeLimits(): () => void {
  const held: AbortController[] = [];
  const spy = vi.spyOn(AbortSignal, "timeout").mockImplementation(() => {
    const limit = new AbortController();
    held.push(limit);
    return limit.signal;
  });
  onTestFinished(() => spy.mockRestore());
  return () => {
    for (const limit of held) limit.abort(new DOMException("The operation was aborted due to timeout", "TimeoutError"));
  };
}
