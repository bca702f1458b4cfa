// A server in the place of ACS for what the emulator cannot play: what each connection gets is the test's business.
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { onTestFinished } from "vitest";

/** Starts it; it ends with the test. The settings point the server at it. */
export async function upstream(onConnection: (socket: Socket) => void) {
  const sockets = new Set<Socket>();
  const listener = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    onConnection(socket);
  }).listen(0, "127.0.0.1");
  await once(listener, "listening");
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    listener.close();
  });
  const { port } = listener.address() as { port: number };
  const settings = { ACS_CONNECTION_STRING: `endpoint=http://127.0.0.1:${port};accesskey=${"A".repeat(44)}` };
  return { sockets, settings };
}

/** A 200 with this body, as bytes on the wire. */
export const json = (body: string, extraHeaders = ""): string =>
  `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n${extraHeaders}Content-Length: ${body.length}\r\n\r\n${body}`;

/** The body of a successful exchange. */
export const goodBody = JSON.stringify({
  token: "acs-token",
  expiresOn: new Date(Date.now() + 3_600_000).toISOString(),
});
