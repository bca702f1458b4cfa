// Reads a Retry-After header (RFC 9110, section 10.2.3).

const defaultSeconds = 5;
const maxSeconds = 60;

/**
 * Seconds to wait, at least 1. Without a readable header 5, because ACS does not promise one; at most 60, because no
 * single answer may silence us for longer.
 *
 * @param header delta-seconds or an HTTP date
 * @param nowMs the time, in milliseconds since 1970
 */
export function parseRetryAfter(header: string | undefined, nowMs: number): number {
  if (header === undefined || header.trim() === "") return defaultSeconds;
  const seconds = /^\d+$/.test(header.trim()) ? Number(header) : Math.ceil((Date.parse(header) - nowMs) / 1000);
  return Number.isNaN(seconds) ? defaultSeconds : Math.min(Math.max(seconds, 1), maxSeconds);
}
