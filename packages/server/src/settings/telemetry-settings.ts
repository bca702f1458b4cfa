// The settings of metrics and traces. OTEL_… are OpenTelemetry's own names. Its packages read the ones that are not here, such
// as OTEL_EXPORTER_OTLP_HEADERS; a value that this server does not support is an error.
import { z } from "zod";
import type { SettingRows, ValuesOf } from "./setting.ts";
import { httpAddress, port, text, trueOrFalse, wholeNumber } from "./setting-formats.ts";

const exporter = z.enum(["otlp", "none"], { error: "must be otlp or none" }).default("otlp");
const milliseconds = wholeNumber(100, 3_600_000, "must be a number of milliseconds from 100 to 3600000");

const samplers = [
  "always_on",
  "always_off",
  "traceidratio",
  "parentbased_always_on",
  "parentbased_always_off",
  "parentbased_traceidratio",
] as const;

export const telemetrySettings = {
  METRICS_PORT: {
    schema: port.default(0),
    description: "Port of `/metrics` for Prometheus. 0 switches it off.",
    example: "9464",
    guide: "guides/observing.md",
  },
  METRICS_HOST: {
    schema: text.optional(),
    description: "Address of `/metrics`.",
    example: "127.0.0.1",
    whenMissing: "the value of `HOST`",
  },
  OTEL_EXPORTER_OTLP_ENDPOINT: {
    schema: httpAddress.optional(),
    description:
      "Receiver of traces and metrics (OTLP over http/protobuf). Without it nothing is sent. OpenTelemetry's other variables apply too.",
    example: "http://localhost:4318",
  },
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: {
    schema: httpAddress.optional(),
    description: "Receiver of traces only.",
    example: "http://localhost:4318/v1/traces",
  },
  OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: {
    schema: httpAddress.optional(),
    description: "Receiver of metrics only.",
    example: "http://localhost:4318/v1/metrics",
  },
  OTEL_EXPORTER_OTLP_PROTOCOL: {
    schema: z.literal("http/protobuf", { error: "must be http/protobuf" }).default("http/protobuf"),
    description: "Protocol of the receiver. No other one is supported.",
  },
  OTEL_TRACES_EXPORTER: { schema: exporter, description: "Whether traces are sent." },
  OTEL_METRICS_EXPORTER: { schema: exporter, description: "Whether metrics are sent." },
  OTEL_TRACES_SAMPLER: {
    schema: z.enum(samplers, { error: `must be one of ${samplers.join(", ")}` }).default("parentbased_always_on"),
    description: "Which traces are kept.",
  },
  OTEL_TRACES_SAMPLER_ARG: {
    schema: z.coerce
      .number({ error: "must be a number from 0 to 1" })
      .min(0, { error: "must be a number from 0 to 1" })
      .max(1, { error: "must be a number from 0 to 1" })
      .default(1),
    description: "Share of traces that `traceidratio` keeps.",
  },
  OTEL_METRIC_EXPORT_INTERVAL: {
    schema: milliseconds.default(60_000),
    description: "How often metrics are sent, in milliseconds.",
  },
  OTEL_BSP_SCHEDULE_DELAY: {
    schema: milliseconds.default(5_000),
    description: "How often traces are sent, in milliseconds.",
  },
  OTEL_SDK_DISABLED: { schema: trueOrFalse, description: "Switches off sending traces and metrics." },
} satisfies SettingRows;

/** What is configured; OpenTelemetry itself reads the addresses and headers of an OTLP receiver. */
export interface TelemetrySettings {
  /** Whether traces and metrics go to an OTLP receiver. */
  readonly otlp: { readonly traces: boolean; readonly metrics: boolean };
  /** Share of traces that are kept, 0 to 1, if the caller made no decision or its decision does not count. */
  readonly sampling: { readonly ratio: number; readonly heedCaller: boolean };
  readonly metricsIntervalMs: number;
  readonly tracesDelayMs: number;
  /** Where Prometheus fetches; port 0 means nowhere. */
  readonly prometheus: { readonly port: number; readonly host: string };
}

type Values = ValuesOf<typeof telemetrySettings> & { HOST: string };

function samplingOf({ OTEL_TRACES_SAMPLER: sampler, OTEL_TRACES_SAMPLER_ARG: argument }: Values) {
  const heedCaller = sampler.startsWith("parentbased_");
  if (sampler.endsWith("always_on")) return { ratio: 1, heedCaller };
  return { ratio: sampler.endsWith("always_off") ? 0 : argument, heedCaller };
}

/** The settings as telemetry takes them. Nothing is sent if no receiver is named: there is no default one. */
export function telemetryOf(values: Values): TelemetrySettings {
  const isOn = !values.OTEL_SDK_DISABLED;
  const shared = values.OTEL_EXPORTER_OTLP_ENDPOINT;
  const tracesTo = values.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? shared;
  const metricsTo = values.OTEL_EXPORTER_OTLP_METRICS_ENDPOINT ?? shared;
  return {
    otlp: {
      traces: isOn && tracesTo !== undefined && values.OTEL_TRACES_EXPORTER === "otlp",
      metrics: isOn && metricsTo !== undefined && values.OTEL_METRICS_EXPORTER === "otlp",
    },
    sampling: samplingOf(values),
    metricsIntervalMs: values.OTEL_METRIC_EXPORT_INTERVAL,
    tracesDelayMs: values.OTEL_BSP_SCHEDULE_DELAY,
    prometheus: { port: values.METRICS_PORT, host: values.METRICS_HOST ?? values.HOST },
  };
}
