// The settings of telemetry. OTEL_… are OpenTelemetry's own names; the ones that are not here (OTEL_EXPORTER_OTLP_HEADERS,
// OTEL_RESOURCE_ATTRIBUTES and so on) are read by its packages. What we do not do is refused, not ignored.
import { z } from "zod";

const url = z.url({ protocol: /^https?$/, error: "must be an http or https address" });
const exporter = z.enum(["otlp", "none"], { error: "must be otlp or none" }).default("otlp");
const milliseconds = z.coerce.number({ error: "must be a number of milliseconds" }).int().min(100).max(3_600_000);

const samplers = [
  "always_on",
  "always_off",
  "traceidratio",
  "parentbased_always_on",
  "parentbased_always_off",
  "parentbased_traceidratio",
] as const;

/** Members of the schema of all settings. */
export const telemetrySettings = {
  METRICS_PORT: z.coerce.number({ error: "must be a port number" }).int().min(0).max(65_535).default(0),
  METRICS_HOST: z.string().trim().optional(),
  OTEL_SDK_DISABLED: z.enum(["true", "false"], { error: "must be true or false" }).default("false"),
  OTEL_EXPORTER_OTLP_ENDPOINT: url.optional(),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: url.optional(),
  OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: url.optional(),
  OTEL_EXPORTER_OTLP_PROTOCOL: z.literal("http/protobuf", { error: "must be http/protobuf" }).optional(),
  OTEL_TRACES_EXPORTER: exporter,
  OTEL_METRICS_EXPORTER: exporter,
  OTEL_TRACES_SAMPLER: z
    .enum(samplers, { error: `must be one of ${samplers.join(", ")}` })
    .default("parentbased_always_on"),
  OTEL_TRACES_SAMPLER_ARG: z.coerce.number({ error: "must be a number from 0 to 1" }).min(0).max(1).default(1),
  OTEL_METRIC_EXPORT_INTERVAL: milliseconds.default(60_000),
  OTEL_BSP_SCHEDULE_DELAY: milliseconds.default(5_000),
};

/** What is configured; the addresses and headers of an OTLP receiver are read by OpenTelemetry itself. */
export interface TelemetrySettings {
  /** Whether traces and metrics go to an OTLP receiver. */
  readonly otlp: { readonly traces: boolean; readonly metrics: boolean };
  /** Share of traces that are kept, 0 to 1, where the caller's own decision does not count or is absent. */
  readonly sampling: { readonly ratio: number; readonly heedCaller: boolean };
  readonly metricsIntervalMs: number;
  readonly tracesDelayMs: number;
  /** Where Prometheus fetches; port 0 means nowhere. */
  readonly prometheus: { readonly port: number; readonly host: string };
}

type Values = z.infer<z.ZodObject<typeof telemetrySettings>> & { HOST: string };

function samplingOf({ OTEL_TRACES_SAMPLER: sampler, OTEL_TRACES_SAMPLER_ARG: argument }: Values) {
  const heedCaller = sampler.startsWith("parentbased_");
  if (sampler.endsWith("always_on")) return { ratio: 1, heedCaller };
  return { ratio: sampler.endsWith("always_off") ? 0 : argument, heedCaller };
}

/** The settings as the telemetry takes them. Without an address of a receiver nothing is sent: there is no default one. */
export function telemetryOf(env: Values): TelemetrySettings {
  const isOn = env.OTEL_SDK_DISABLED === "false";
  const shared = env.OTEL_EXPORTER_OTLP_ENDPOINT;
  const tracesTo = env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? shared;
  const metricsTo = env.OTEL_EXPORTER_OTLP_METRICS_ENDPOINT ?? shared;
  return {
    otlp: {
      traces: isOn && tracesTo !== undefined && env.OTEL_TRACES_EXPORTER === "otlp",
      metrics: isOn && metricsTo !== undefined && env.OTEL_METRICS_EXPORTER === "otlp",
    },
    sampling: samplingOf(env),
    metricsIntervalMs: env.OTEL_METRIC_EXPORT_INTERVAL,
    tracesDelayMs: env.OTEL_BSP_SCHEDULE_DELAY,
    prometheus: { port: env.METRICS_PORT, host: env.METRICS_HOST ?? env.HOST },
  };
}
