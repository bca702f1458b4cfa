// Whether calls to this user ring in the page. The agent is created when the user asks for it, never earlier.
import type { CallingService } from "@teams-token-exchange/client";
import type { EventLog } from "../session/event-log.ts";
import type { Receiving } from "./call-session-types.ts";
import type { AgentConnection, CallingAgent } from "./calling.ts";
import { describeCallingFailure, refusedToken } from "./calling-failure.ts";

export interface ReceivingOptions {
  readonly log: EventLog;
  readonly calling: CallingService;
  readonly getAgent: () => Promise<CallingAgent | undefined>;
  readonly onChange: (receiving: Receiving) => void;
  /** Called when it ends, so that an agent that nobody uses any more can be released. */
  readonly onStopped: () => Promise<void>;
}

export interface ReceivingSwitch {
  isOn(): boolean;
  /** Tells it of each new agent. */
  watch(agent: CallingAgent): void;
  /** Starts it. Never rejects. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

export function createReceiving({ log, calling, getAgent, onChange, onStopped }: ReceivingOptions): ReceivingSwitch {
  let receiving: Receiving = { status: "off" };
  /** Of the latest agent; undefined until it connects for the first time. */
  let connection: AgentConnection | undefined;

  function set(next: Receiving): void {
    receiving = next;
    onChange(next);
  }

  const isOn = () => receiving.status !== "off" && receiving.status !== "failed";

  function follow(next: AgentConnection): void {
    connection = next;
    if (!isOn()) return;
    if (next !== "refused") {
      set({ status: next === "connected" ? "on" : "lost" });
      return;
    }
    log.add("Call: the access token was refused");
    set({ status: "failed", failure: refusedToken });
    void onStopped();
  }

  return {
    isOn,
    watch(agent) {
      connection = undefined;
      agent.onConnection(follow);
    },
    async start() {
      if (isOn()) return;
      set({ status: "starting" });
      log.add("Call: receiving calls");
      try {
        await getAgent();
        if (connection !== undefined) follow(connection);
      } catch (error) {
        if (!isOn()) return;
        const failure = describeCallingFailure(error, calling);
        log.add(`Call: receiving failed with ${failure.code}`, failure.references[0]?.value);
        set({ status: "failed", failure });
        await onStopped();
      }
    },
    async stop() {
      set({ status: "off" });
      await onStopped();
    },
  };
}
