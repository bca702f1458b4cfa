// Formats durations.

/** "340 ms", "12 s", "3 min". */
export function formatDuration(ms: number): string {
  if (ms < 10_000) return `${Math.round(ms)} ms`;
  if (ms < 120_000) return `${Math.round(ms / 1000)} s`;
  return `${Math.round(ms / 60_000)} min`;
}

/** The remaining time: "1 h 04 min", "9 min 05 s", "42 s", or "expired". */
export function formatCountdown(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  if (seconds <= 0) return "expired";
  const pad = (value: number) => String(value).padStart(2, "0");
  if (seconds >= 3600) return `${Math.floor(seconds / 3600)} h ${pad(Math.floor((seconds % 3600) / 60))} min`;
  if (seconds >= 60) return `${Math.floor(seconds / 60)} min ${pad(seconds % 60)} s`;
  return `${seconds} s`;
}
