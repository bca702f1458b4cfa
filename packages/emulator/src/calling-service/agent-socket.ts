// What a call agent sends over its WebSocket: in order, late if a test delays the signalling, and kept for later if the
// connection is lost.
import type { WebSocket } from "ws";
import type { Agent } from "../calling/agent.ts";
import type { ServiceMessage } from "../calling/protocol.ts";
import type { EmulatorContext } from "../http/context.ts";

/** Codes with which the service closes a connection. Invented. */
export const closeCodes = { noHello: 4_001, refused: 4_003, badMessage: 4_004 };

/** A module that does not read is cut off before its messages fill the memory. */
const MAX_BUFFERED_BYTES = 16_777_216;
const MAX_MISSED = 100;

/** Runs steps in order, each `delayMs` after it was given. */
function createLine({ calling }: EmulatorContext): (step: () => void) => void {
  const waiting: { at: number; step: () => void }[] = [];
  function next(): void {
    const [first] = waiting;
    if (first === undefined) return;
    const run = () => {
      waiting.shift();
      first.step();
      next();
    };
    setTimeout(run, Math.max(0, first.at - performance.now())).unref();
  }
  return (step) => {
    if (waiting.length === 0 && calling.delayMs === 0) return step();
    waiting.push({ at: performance.now() + calling.delayMs, step });
    if (waiting.length === 1) next();
  };
}

const isAboutRing = ({ type }: ServiceMessage): boolean => type === "ring" || type === "ring-ended";

/** Creates the agent of a connection whose token was accepted. */
export function createAgent(
  context: EmulatorContext,
  socket: WebSocket,
  accepted: Pick<Agent, "user" | "token" | "expiresAt">,
): Agent {
  const inOrder = createLine(context);
  const write = (message: ServiceMessage) => {
    if (socket.bufferedAmount > MAX_BUFFERED_BYTES) socket.terminate();
    else if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(message));
  };
  const agent: Agent = {
    ...accepted,
    legs: new Map(),
    missed: [],
    send(message) {
      if (agent.lostAt === undefined) inOrder(() => write(message));
      else if (isAboutRing(message) && agent.missed.length < MAX_MISSED) agent.missed.push(message);
    },
    refuse({ code, subCode }, message) {
      inOrder(() => {
        write({ type: "refused", code, subCode, message });
        socket.close(closeCodes.refused, "refused");
      });
    },
    drop: () => socket.terminate(),
  };
  return agent;
}
