// Adds the calling service to an app: it checks tokens and rings after each request, when somebody changes the clock, and
// twice a second. It ends with the app.
import type { FastifyInstance } from "fastify";
import type { EmulatorContext } from "../http/context.ts";
import type { Upgrade } from "../http/https-port.ts";
import { checkTime } from "./check-time.ts";
import { createCallingSocket } from "./websocket.ts";

/** For changes that no request makes: the clock runs, and tests in the same process end tokens. */
const CHECK_MILLISECONDS = 500;

/** @returns the handler of WebSockets, for both ports */
export function addCalling(app: FastifyInstance, context: EmulatorContext): { upgrade: Upgrade } {
  const socket = createCallingSocket(context);
  const check = () => {
    if (context.calling.agents.size > 0) checkTime(context);
  };
  const timer = setInterval(check, CHECK_MILLISECONDS);
  timer.unref();
  context.clock.onChange(check);
  // Any request can end a token.
  app.addHook("onResponse", async () => check());
  app.addHook("preClose", async () => {
    clearInterval(timer);
    socket.close();
  });
  return { upgrade: socket.upgrade };
}
