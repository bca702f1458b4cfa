// The settings of metrics and traces. OTEL_… are OpenTelemetry's own names. Its packages read the ones that are not here, such
// as OTEL_EXPORTER_OTLP_HEADERS. Platforms inject them, and telemetry must never stop the server: a value that this server does
// not support is a warning.
import { z } from "zod";
import type { SettingRows, ValuesOf } from "./setting.ts";
import { httpAddress, port, text, trueOrFalse, wholeNumber } from "./setting-formats.ts";

/** A list of exporters, as OpenTelemetry allows it, is `otlp` if that is on it. */
const exporter = text
  .toLowerCase()
  .transform((given) => (given.split(",").some((item) => item.trim() === "otlp") ? "otlp" : given))
  .pipe(z.enum(["otlp", "none"], { error: "must be otlp or none" }))
  .default("otlp");
const protocolMeaning = "Only `http/protobuf` is supported; with any other one nothing is sent.";
const protocol = text.toLowerCase();
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
    isLenient: true,
    description:
      "Receiver of traces and metrics (OTLP over http/protobuf). Without it nothing is sent. OpenTelemetry's other variables apply too.",
    example: "http://localhost:4318",
  },
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: {
    schema: httpAddress.optional(),
    isLenient: true,
    description: "Receiver of traces only.",
    example: "http://localhost:4318/v1/traces",
  },
  OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: {
    schema: httpAddress.optional(),
    isLenient: true,
    description: "Receiver of metrics only.",
    example: "http://localhost:4318/v1/metrics",
  },
  OTEL_EXPORTER_OTLP_PROTOCOL: {
    schema: protocol.default("http/protobuf"),
    description: `Protocol of the receiver. ${protocolMeaning}`,
  },
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: {
    schema: protocol.optional(),
    description: "Protocol of the receiver of traces.",
    example: "http/protobuf",
    whenMissing: "the value of `OTEL_EXPORTER_OTLP_PROTOCOL`",
  },
  OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: {
    schema: protocol.optional(),
    description: "Protocol of the receiver of metrics.",
    example: "http/protobuf",
    whenMissing: "the value of `OTEL_EXPORTER_OTLP_PROTOCOL`",
  },
  OTEL_TRACES_EXPORTER: {
    schema: exporter,
    isLenient: true,
    description: "Whether traces are sent: `otlp` or `none`.",
  },
  OTEL_METRICS_EXPORTER: {
    schema: exporter,
    isLenient: true,
    description: "Whether metrics are sent: `otlp` or `none`.",
  },
  OTEL_TRACES_SAMPLER: {
    schema: z.enum(samplers, { error: `must be one of ${samplers.join(", ")}` }).default("parentbased_always_on"),
    isLenient: true,
    description: "Which traces are kept.",
  },
  OTEL_TRACES_SAMPLER_ARG: {
    schema: z.coerce
      .number({ error: "must be a number from 0 to 1" })
      .min(0, { error: "must be a number from 0 to 1" })
      .max(1, { error: "must be a number from 0 to 1" })
      .default(1),
    isLenient: true,
    description: "Share of traces that `traceidratio` keeps.",
  },
  OTEL_METRIC_EXPORT_INTERVAL: {
    schema: milliseconds.default(60_000),
    isLenient: true,
    description: "How often metrics are sent, in milliseconds.",
  },
  OTEL_BSP_SCHEDULE_DELAY: {
    schema: milliseconds.default(5_000),
    isLenient: true,
    description: "How often traces are sent, in milliseconds.",
  },
  OTEL_SDK_DISABLED: {
    schema: trueOrFalse,
    isLenient: true,
    description: "Switches off sending traces and metrics.",
  },
} satisfies SettingRows;

/** What is configured; OpenTelemetry itself reads the headers for an OTLP receiver. */
export interface TelemetrySettings {
  /** Whether traces and metrics go to an OTLP receiver. */
  readonly otlp: { readonly traces: boolean; readonly metrics: boolean };
  /** The address of each receiver in use. */
  readonly receivers: { readonly traces?: string; readonly metrics?: string };
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

/** Where one kind of telemetry would go, and the settings that say so. */
interface Receiver {
  readonly kind: "traces" | "metrics";
  readonly url: URL;
  readonly endpointSetting: string;
  readonly protocolSetting: string;
  /** Whether this server speaks the protocol that is asked for. */
  readonly isSpoken: boolean;
}

/** The receivers that are configured and not switched off. There is no default one. */
export function receiversOf(values: Partial<Values>): Receiver[] {
  if (values.OTEL_SDK_DISABLED) return [];
  const shared = values.OTEL_EXPORTER_OTLP_ENDPOINT;
  return (["traces", "metrics"] as const).flatMap((kind) => {
    const upper = kind === "traces" ? "TRACES" : "METRICS";
    const own = values[`OTEL_EXPORTER_OTLP_${upper}_ENDPOINT`];
    const address = own ?? (shared && `${shared.replace(/\/$/, "")}/v1/${kind}`);
    if (address === undefined || values[`OTEL_${upper}_EXPORTER`] === "none") return [];
    const ownProtocol = values[`OTEL_EXPORTER_OTLP_${upper}_PROTOCOL`];
    return {
      kind,
      url: new URL(address),
      endpointSetting: own === undefined ? "OTEL_EXPORTER_OTLP_ENDPOINT" : `OTEL_EXPORTER_OTLP_${upper}_ENDPOINT`,
      protocolSetting:
        ownProtocol === undefined ? "OTEL_EXPORTER_OTLP_PROTOCOL" : `OTEL_EXPORTER_OTLP_${upper}_PROTOCOL`,
      isSpoken: (ownProtocol ?? values.OTEL_EXPORTER_OTLP_PROTOCOL) === "http/protobuf",
    };
  });
}

/** The settings as telemetry takes them. */
export function telemetryOf(values: Values): TelemetrySettings {
  const receivers = Object.fromEntries(
    receiversOf(values).flatMap(({ kind, url, isSpoken }) => (isSpoken ? [[kind, url.href]] : [])),
  );
  return {
    otlp: { traces: "traces" in receivers, metrics: "metrics" in receivers },
    receivers,
    sampling: samplingOf(values),
    metricsIntervalMs: values.OTEL_METRIC_EXPORT_INTERVAL,
    tracesDelayMs: values.OTEL_BSP_SCHEDULE_DELAY,
    prometheus: { port: values.METRICS_PORT, host: values.METRICS_HOST ?? values.HOST },
  };
}
