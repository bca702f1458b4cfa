// The arguments of the benchmark. scripts/bench.mjs reads them too, before it installs anything.
export const benchArguments = {
  command: "npm run bench",
  does: "Compares the server with the smallest possible one and a naive one: CPU, memory, starts.",
  options: { short: { type: "boolean", does: "everything once and small, as a smoke test" } },
};
