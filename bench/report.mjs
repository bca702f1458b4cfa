// The table that a run prints: each figure next to its target (bench/README.md).

const us = (value) => `${value.toFixed(0)} µs`;
const x = (value) => `${value.toFixed(2)} ×`;
const ms = (value) => `${value.toFixed(2)} ms`;
const spread = (values) => {
  const list = Object.entries(values)
    .filter(([key]) => Number(key) >= 10)
    .map(([, value]) => value);
  return (Math.max(...list) / Math.min(...list) - 1) * 100;
};

/** Prints the results. The last column is the target, if any. */
export function printTable({ exchange, refusals, latency, coldStart, memory, growth }) {
  const { ours, floor, sdk, peer } = exchange;
  const peak = memory.peakMbAt50Connections;
  const rows = [
    ["CPU per exchange: ours", us(ours.cpuMicros), ""],
    ["CPU per exchange: floor", us(floor.cpuMicros), ""],
    ["CPU per exchange: floor through the SDK", us(sdk.cpuMicros), ""],
    ["CPU per exchange: naive peer", us(peer.cpuMicros), ""],
    ["  ours to floor", x(exchange.oursToFloor), "at most 1.30 ×"],
    ["  ours to floor through the SDK", x(exchange.oursToSdk), ""],
    ["  floor through the SDK to floor", x(exchange.sdkToFloor), ""],
    ["  ours to peer", x(exchange.oursToPeer), "at most 0.40 ×"],
    [
      "Requests/s on one core: ours, floor, peer",
      [ours, floor, peer].map((s) => s.requestsPerSecond.toFixed(0)).join(", "),
      "",
    ],
    ...Object.entries(refusals).flatMap(([kind, found]) => [
      [`CPU per refusal, ${kind}: ours, floor`, `${us(found.ours.cpuMicros)}, ${us(found.floor.cpuMicros)}`, ""],
      kind === "malformed token"
        ? ["  to our own exchange", x(found.oursToOwnExchange), "at most 0.30 ×"]
        : ["  ours to floor", x(found.oursToFloor), "at most 1.20 ×"],
    ]),
    ["Added latency at 200 requests/s: p50", ms(latency.addedP50Ms), "at most 1 ms"],
    ["Added latency at 200 requests/s: p99", ms(latency.addedP99Ms), "at most 5 ms"],
    ["Cold start to first exchange: ours, peer", `${ms(coldStart.oursMs)}, ${ms(coldStart.peerMs)}`, ""],
    ["  ours to peer", x(coldStart.oursToPeer), "at most 0.50 ×"],
    [
      "Peak memory at 50 connections: ours, floor, peer",
      [peak.ours, peak.floor, peak.peer].map((mb) => `${mb.toFixed(0)} MB`).join(", "),
      "",
    ],
    ["  ours to peer", x(peak.ours / peak.peer), "at most 0.60 ×"],
    [
      "Memory growth per 100,000 requests",
      memory.soakMb ? `${memory.growthMbPer100kAfterWarmUp.toFixed(2)} MB` : "not run",
      "below 1 MB",
    ],
    ["CPU per exchange, 10 to 500 connections", `within ${spread(growth.connections).toFixed(0)}%`, "within 15%"],
    ["CPU per exchange, 10 to 100,000 users", `within ${spread(growth.users).toFixed(0)}%`, "within 15%"],
  ];
  const width = Math.max(...rows.map(([what]) => what.length));
  for (const [what, value, target] of rows) console.log(`${what.padEnd(width)}  ${value.padEnd(28)} ${target}`);
}
