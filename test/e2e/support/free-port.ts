// A port for a program that a test starts.
import { once } from "node:events";
import { createServer } from "node:net";

/** A port of localhost that is free now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}
