// The only file that touches OpenTelemetry; loaded only where something is configured. Nothing is registered globally, so
// no library in the process (the Azure SDK has its own tracing) can write spans into what is sent from here.
import { AsyncLocalStorage } from "node:async_hooks";
import {
  type Context,
  type Observable,
  type ObservableResult,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
} from "@opentelemetry/api";
import { OTLPMetricExporter } from "@opentelemetry/exporter-metrics-otlp-proto";
import { PrometheusExporter } from "@opentelemetry/exporter-prometheus";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { detectResources, envDetector, resourceFromAttributes } from "@opentelemetry/resources";
import {
  type CollectionResult,
  MeterProvider,
  type MetricDescriptor,
  type MetricReader,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from "@opentelemetry/sdk-trace";
import { agentFactory } from "../network/network.ts";
import type { NetworkSettings } from "../settings/network-settings.ts";
import type { TelemetrySettings } from "../settings/telemetry-settings.ts";
import { bucketBounds, counters, gauges, type HistogramName, histograms, type ObservedName } from "./metrics.ts";
import type { Attributes, Span, Telemetry } from "./telemetry.ts";

type MakeAgent = ReturnType<typeof agentFactory>;

const serviceName = "teams-token-exchange";
const shutdownMs = 2_000;

/**
 * Series of one instrument; beyond it OpenTelemetry counts into one overflow series. Routes × statuses × problems that
 * can occur are about 150. Tenants × their resources × outcomes are about 1,500 for 300 tenants.
 */
const maxSeries = 2_000;

const resource = () =>
  resourceFromAttributes({ "service.name": serviceName }).merge(detectResources({ detectors: [envDetector] }));

/** Version 00 of the W3C header; anything else starts a new trace. `tracestate` is free text and not accepted. */
function parseTraceparent(header: string | undefined): Context {
  const [, traceId, spanId, flags] = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/.exec(header ?? "") ?? [];
  if (!traceId || !spanId || !flags || /^0+$/.test(traceId) || /^0+$/.test(spanId)) return ROOT_CONTEXT;
  const traceFlags = Number.parseInt(flags, 16) & 1;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true });
}

function createTracing({ receivers, sampling, tracesDelayMs }: TelemetrySettings, httpAgentOptions: MakeAgent) {
  const current = new AsyncLocalStorage<Context>();
  const ratio = new TraceIdRatioBasedSampler(sampling.ratio);
  const provider = new TracerProvider({
    resource: resource(),
    sampler: sampling.heedCaller ? new ParentBasedSampler({ root: ratio }) : ratio,
    spanLimits: { attributeValueLengthLimit: 200 },
    spanProcessors: receivers.traces
      ? [
          new BatchSpanProcessor({
            exporter: new OTLPTraceExporter({ url: receivers.traces, httpAgentOptions }),
            scheduledDelayMillis: tracesDelayMs,
          }),
        ]
      : [],
  });
  const tracer = provider.getTracer(serviceName);

  const startSpan: Telemetry["startSpan"] = ({ name, kind, traceparent, attributes = {} }): Span => {
    const parent = traceparent === undefined ? (current.getStore() ?? ROOT_CONTEXT) : parseTraceparent(traceparent);
    const span = tracer.startSpan(
      name,
      { kind: kind === "server" ? SpanKind.SERVER : SpanKind.CLIENT, attributes },
      parent,
    );
    const { traceId, spanId, traceFlags } = span.spanContext();
    return {
      traceId,
      traceparent: `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, "0")}`,
      run: (work) => current.run(trace.setSpan(parent, span), work),
      end(endAttributes, failed) {
        span.setAttributes(endAttributes);
        if (failed) span.setStatus({ code: SpanStatusCode.ERROR });
        span.end();
      },
    };
  };
  return { provider, startSpan };
}

/**
 * Prometheus's names end with the unit (`…_duration_seconds`), as they do when a collector converts; the exporter leaves
 * that out.
 */
class PrometheusReader extends PrometheusExporter {
  override async collect(options?: Parameters<PrometheusExporter["collect"]>[0]): Promise<CollectionResult> {
    const { resourceMetrics, errors } = await super.collect(options);
    const scopeMetrics = resourceMetrics.scopeMetrics.map(({ scope, metrics }) => ({
      scope,
      metrics: metrics.map((metric) => ({ ...metric, descriptor: withUnit(metric.descriptor) })),
    }));
    return { resourceMetrics: { ...resourceMetrics, scopeMetrics }, errors };
  }
}

const unitSuffix: Record<string, string> = { s: ".seconds", By: ".bytes" };
const withUnit = (descriptor: MetricDescriptor): MetricDescriptor => ({
  ...descriptor,
  name: descriptor.name + (unitSuffix[descriptor.unit] ?? ""),
  unit: "",
});

function createMetrics({ receivers, metricsIntervalMs, prometheus }: TelemetrySettings, httpAgentOptions: MakeAgent) {
  const exporter =
    prometheus.port === 0 ? undefined : new PrometheusReader({ preventServerStart: true, withoutScopeInfo: true });
  const readers: MetricReader[] = exporter ? [exporter] : [];
  if (receivers.metrics) {
    const timing = {
      exportIntervalMillis: metricsIntervalMs,
      exportTimeoutMillis: Math.min(metricsIntervalMs, 10_000),
    };
    readers.push(
      new PeriodicExportingMetricReader({
        exporter: new OTLPMetricExporter({ url: receivers.metrics, httpAgentOptions }),
        ...timing,
      }),
    );
  }
  const views = [{ instrumentName: "*", aggregationCardinalityLimit: maxSeries }];
  const provider = new MeterProvider({ resource: resource(), readers, views });
  const meter = provider.getMeter(serviceName);

  const recorded = new Map(
    Object.entries(histograms).map(([name, { unit, description }]) => [
      name,
      meter.createHistogram(name, { unit, description, advice: { explicitBucketBoundaries: bucketBounds } }),
    ]),
  );
  const instruments = new Map<ObservedName, Observable>();
  const observed: Record<ObservedName, { unit: string; description: string }> = { ...gauges, ...counters };
  return {
    provider,
    exporter,
    record: (name: HistogramName, value: number, attributes: Attributes) =>
      recorded.get(name)?.record(value, attributes),
    observe(name: ObservedName, read: () => number | undefined, attributes: Attributes = {}) {
      const instrument =
        instruments.get(name) ??
        (name in counters
          ? meter.createObservableCounter(name, observed[name])
          : meter.createObservableGauge(name, observed[name]));
      instruments.set(name, instrument);
      const callback = (result: ObservableResult) => {
        const value = read();
        if (value !== undefined) result.observe(value, attributes);
      };
      instrument.addCallback(callback);
      return () => instrument.removeCallback(callback);
    },
  };
}

/** Telemetry through OpenTelemetry. Its exporters read the headers for the receiver from the environment. */
export function createOpenTelemetry(settings: TelemetrySettings, network: NetworkSettings): Telemetry {
  const httpAgentOptions = agentFactory(network);
  const tracing = createTracing(settings, httpAgentOptions);
  const { provider, exporter, record, observe } = createMetrics(settings, httpAgentOptions);
  return {
    enabled: true,
    startSpan: tracing.startSpan,
    record,
    observe,
    prometheus: exporter && ((request, response) => exporter.getMetricsRequestHandler(request, response)),
    async shutdown() {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise((resolve) => {
        timer = setTimeout(resolve, shutdownMs);
      });
      // A receiver that is gone must not keep the process; what could not be sent is lost.
      await Promise.race([Promise.allSettled([tracing.provider.shutdown(), provider.shutdown()]), late]);
      clearTimeout(timer);
    },
  };
}
