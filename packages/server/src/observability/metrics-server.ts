// The port for Prometheus: apart from the API's, so that a firewall or a service can keep it inside. GET /metrics, nothing
// else.
import { once } from "node:events";
import { createServer } from "node:http";
import type { Telemetry } from "./telemetry.ts";

/**
 * Listens where METRICS_PORT says; does nothing where it is off. Resolves with what ends the listening.
 * @throws Error with the system's code (EADDRINUSE, EACCES) and the port
 */
export async function listenForMetrics(
  { prometheus }: Telemetry,
  { port, host }: { port: number; host: string },
): Promise<() => Promise<void>> {
  if (!prometheus) return async () => {};
  const server = createServer({ requestTimeout: 5_000, headersTimeout: 5_000 }, (request, response) => {
    const isMetrics = request.method === "GET" && request.url?.split("?")[0] === "/metrics";
    if (isMetrics) prometheus(request, response);
    else response.writeHead(404).end();
  });
  server.listen(port, host);
  await once(server, "listening");
  return async () => {
    server.close();
    server.closeAllConnections();
  };
}
