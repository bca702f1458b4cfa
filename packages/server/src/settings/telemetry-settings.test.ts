import { describe, expect, it } from "vitest";
import { parseSettings, type ValuesOf } from "./setting.ts";
import { telemetryOf, telemetrySettings } from "./telemetry-settings.ts";

function read(env: Record<string, string>) {
  const { values, problems } = parseSettings(telemetrySettings, env);
  expect(problems).toEqual([]);
  return telemetryOf({ ...(values as ValuesOf<typeof telemetrySettings>), HOST: "10.0.0.1" });
}
const receiver = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://collector:4318" };

describe("telemetry", () => {
  it("is off by default: no receiver, no port", () => {
    expect(read({})).toMatchObject({ otlp: { traces: false, metrics: false }, prometheus: { port: 0 } });
  });

  it.each([
    [receiver, { traces: true, metrics: true }],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "http://collector:4318/v1/traces" }, { traces: true, metrics: false }],
    [{ OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: "http://collector:4318/v1/metrics" }, { traces: false, metrics: true }],
    [
      { ...receiver, OTEL_TRACES_EXPORTER: "none" },
      { traces: false, metrics: true },
    ],
    [
      { ...receiver, OTEL_METRICS_EXPORTER: "none" },
      { traces: true, metrics: false },
    ],
    [
      { ...receiver, OTEL_SDK_DISABLED: "true" },
      { traces: false, metrics: false },
    ],
    [
      { ...receiver, OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" },
      { traces: false, metrics: false },
    ],
    [
      { ...receiver, OTEL_EXPORTER_OTLP_PROTOCOL: "grpc", OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: "http/protobuf" },
      { traces: true, metrics: false },
    ],
  ])("with %o sends %o", (env, otlp) => {
    expect(read(env as Record<string, string>).otlp).toEqual(otlp);
  });

  it("appends the path to a shared address, and takes an address of its own as it is", () => {
    const own = { OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: "http://metrics:4318/otlp" };
    expect(read({ OTEL_EXPORTER_OTLP_ENDPOINT: "http://collector:4318/", ...own }).receivers).toEqual({
      traces: "http://collector:4318/v1/traces",
      metrics: "http://metrics:4318/otlp",
    });
  });

  it.each([
    [{}, { ratio: 1, heedCaller: true }],
    [{ OTEL_TRACES_SAMPLER: "always_off" }, { ratio: 0, heedCaller: false }],
    [
      { OTEL_TRACES_SAMPLER: "traceidratio", OTEL_TRACES_SAMPLER_ARG: "0.1" },
      { ratio: 0.1, heedCaller: false },
    ],
    [
      { OTEL_TRACES_SAMPLER: "parentbased_traceidratio", OTEL_TRACES_SAMPLER_ARG: "0.1" },
      { ratio: 0.1, heedCaller: true },
    ],
  ])("with %o samples %o", (env, sampling) => {
    expect(read(env as Record<string, string>).sampling).toEqual(sampling);
  });

  it("serves Prometheus on the server's own address unless told otherwise", () => {
    expect(read({ METRICS_PORT: "9464" }).prometheus).toEqual({ port: 9464, host: "10.0.0.1" });
    expect(read({ METRICS_PORT: "9464", METRICS_HOST: "::1" }).prometheus).toEqual({ port: 9464, host: "::1" });
  });

  it.each([
    { OTEL_EXPORTER_OTLP_ENDPOINT: "collector:4317" },
    { OTEL_TRACES_SAMPLER: "jaeger_remote" },
    { OTEL_TRACES_SAMPLER_ARG: "2" },
    { OTEL_TRACES_EXPORTER: "zipkin" },
  ])("warns of %o and takes the default, because telemetry never stops the server", (env) => {
    const name = Object.keys(env)[0] as keyof typeof telemetrySettings;
    const { values, problems, warnings } = parseSettings(telemetrySettings, env);
    expect({ problems, warnings }).toEqual({ problems: [], warnings: [[name, expect.stringContaining("default")]] });
    expect(values[name]).toBe(parseSettings(telemetrySettings, {}).values[name]);
  });

  it("refuses a port that is none, because this server's own setting cannot be set by a platform", () => {
    expect(parseSettings(telemetrySettings, { METRICS_PORT: "70000" }).problems).toEqual([
      ["METRICS_PORT", expect.any(String)],
    ]);
  });
});
