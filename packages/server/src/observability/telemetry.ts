// What the rest of the server knows about traces and metrics: this interface. Where nothing is configured nothing is
// loaded, and every call of it does nothing; a server that starts cold must not pay for what nobody collects.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { ProblemName } from "@teams-token-exchange/rules";
import type { FastifyBaseLogger } from "fastify";
import type { NetworkSettings } from "../settings/network-settings.ts";
import { needed, PackageMissing } from "../settings/optional-packages.ts";
import type { TelemetrySettings } from "../settings/telemetry-settings.ts";
import type { HistogramName, ObservedName } from "./metrics.ts";

/** What open-telemetry.ts imports. */
const openTelemetryPackages =
  "@opentelemetry/api @opentelemetry/resources @opentelemetry/sdk-metrics @opentelemetry/sdk-trace @opentelemetry/exporter-metrics-otlp-proto @opentelemetry/exporter-trace-otlp-proto @opentelemetry/exporter-prometheus";

/** Words, codes and numbers out of closed sets, ids in traces. Never a token, an address or a name. */
export type Attributes = Record<string, string | number | undefined>;

export interface Span {
  /** 32 hexadecimal digits; undefined where nothing is traced. */
  readonly traceId: string | undefined;
  /** The W3C header that continues this trace elsewhere; undefined where nothing is traced. */
  readonly traceparent: string | undefined;
  /** Runs work; spans started in it, or in what it awaits, become children of this one. */
  run<Value>(work: () => Value): Value;
  /** Ends the span. `failed` marks what an operator should look at. */
  end(attributes: Attributes, failed: boolean): void;
}

/** How a request ended. */
export interface RequestEnd {
  method: string;
  /** The route's pattern, or "none" if no route matched. An address never becomes the name of anything. */
  route: string;
  /** Undefined if the client did not wait for the response. */
  status: number | undefined;
  problem: ProblemName | undefined;
  durationMs: number;
}

interface SpanStart {
  name: string;
  kind: "server" | "client";
  /** The W3C header of a caller whose trace this continues. Without it, the span that runs at the time is the parent. */
  traceparent?: string | undefined;
  attributes?: Attributes;
}

export interface Telemetry {
  /** False where every call does nothing. */
  readonly enabled: boolean;
  startSpan(start: SpanStart): Span;
  record(name: HistogramName, value: number, attributes: Attributes): void;
  /**
   * Registers where a value comes from, once for each name and attributes. `read` is called at each collection and returns
   * undefined if there is no value now; it must be quick and must not throw.
   * @returns what ends it; undefined if nothing is collected
   */
  observe(name: ObservedName, read: () => number | undefined, attributes?: Attributes): (() => void) | undefined;
  /** Answers with all metrics in the text format of Prometheus; undefined where METRICS_PORT is off. */
  readonly prometheus: ((request: IncomingMessage, response: ServerResponse) => void) | undefined;
  /** Sends what is still waiting, within 2 s, and ends. */
  shutdown(): Promise<void>;
}

const noSpan: Span = { traceId: undefined, traceparent: undefined, run: (work) => work(), end: () => {} };

/** Telemetry that goes nowhere. */
export const noTelemetry: Telemetry = {
  enabled: false,
  startSpan: () => noSpan,
  record: () => {},
  observe: () => undefined,
  prometheus: undefined,
  shutdown: async () => {},
};

/**
 * The same telemetry, in which every observed value has these attributes.
 * @returns it, with `end`, which ends the observation of all of them
 */
export function observeWith(telemetry: Telemetry, attributes: Attributes): Telemetry & { end(): void } {
  const ends: (() => void)[] = [];
  return {
    ...telemetry,
    observe(name, read, more) {
      const end = telemetry.observe(name, read, { ...attributes, ...more });
      if (end) ends.push(end);
      return end;
    },
    end() {
      for (const end of ends) end();
    },
  };
}

/**
 * Starts telemetry as configured. Platforms set the address of a receiver in every container; if OpenTelemetry is not installed,
 * that is a warning.
 * @throws {PackageMissing} if METRICS_PORT needs OpenTelemetry and it is not installed
 */
export async function startTelemetry(
  settings: TelemetrySettings,
  network: NetworkSettings,
  log: Pick<FastifyBaseLogger, "warn">,
): Promise<Telemetry> {
  const hasMetricsPort = settings.prometheus.port !== 0;
  if (!settings.otlp.traces && !settings.otlp.metrics && !hasMetricsPort) return noTelemetry;
  const setting = hasMetricsPort ? "METRICS_PORT" : "OTEL_EXPORTER_OTLP_ENDPOINT";
  try {
    const { createOpenTelemetry } = await needed(import("./open-telemetry.ts"), setting, openTelemetryPackages);
    return createOpenTelemetry(settings, network);
  } catch (error) {
    if (hasMetricsPort || !(error instanceof PackageMissing)) throw error;
    log.warn(
      { setting },
      `${setting} needs packages that are not installed, so nothing is sent; see production-packages.md`,
    );
    return noTelemetry;
  }
}
