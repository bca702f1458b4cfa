// Metrics of the process itself: event loop, memory, processor time.
import { monitorEventLoopDelay } from "node:perf_hooks";
import type { Telemetry } from "./telemetry.ts";

const resolutionMs = 20;
const windowMs = 60_000;

/** Registers them; returns what ends the measuring. */
export function observeProcess(telemetry: Telemetry): () => void {
  if (!telemetry.enabled) return () => {};
  const delay = monitorEventLoopDelay({ resolution: resolutionMs });
  delay.enable();
  // Percentiles of the whole life of a process would hide a bad minute after a week.
  const timer = setInterval(() => delay.reset(), windowMs).unref();
  // The histogram holds whole intervals of the sampling timer; what exceeds its resolution is the delay.
  const seconds = (nanoseconds: number) => Math.max(0, nanoseconds / 1e9 - resolutionMs / 1e3);
  telemetry.observe("nodejs.eventloop.delay.p50", () => seconds(delay.percentile(50)));
  telemetry.observe("nodejs.eventloop.delay.p99", () => seconds(delay.percentile(99)));
  telemetry.observe("nodejs.eventloop.delay.max", () => seconds(delay.max));
  telemetry.observe("process.memory.usage", () => process.memoryUsage.rss());
  telemetry.observe("v8js.memory.heap.used", () => process.memoryUsage().heapUsed);
  telemetry.observe("process.uptime", () => process.uptime());
  telemetry.observe("process.cpu.time", () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  });
  return () => {
    clearInterval(timer);
    delay.disable();
  };
}
