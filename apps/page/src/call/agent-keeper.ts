// Keeps the one agent of the page. The SDK refuses a second agent of the same user (409/40228), so each agent waits until the last
// one is disposed, and everyone who needs an agent at the same time gets the same one.
import type { AzureCommunicationTokenCredential } from "@azure/communication-common";
import type { CallingAgent, CallingSdk } from "./calling.ts";

export interface AgentKeeperOptions {
  readonly loadSdk: () => Promise<CallingSdk>;
  readonly createCredential: () => Promise<AzureCommunicationTokenCredential>;
  /** Stops refreshing the token when no agent needs it any more. */
  readonly stopRefreshing: () => void;
  /** Called with each new agent, before anyone uses it. */
  readonly onCreated: (agent: CallingAgent) => void;
  readonly onProgress: (progress: "loading" | "connecting") => void;
  readonly onUncleanDisposal: () => void;
}

export interface AgentKeeper {
  /** The agent, created if there is none. Resolves to undefined if it was released meanwhile. Rejects if it cannot be created. */
  get(): Promise<CallingAgent | undefined>;
  /** Disposes the agent, also one that is just being created. Never rejects. */
  release(): Promise<void>;
}

export function createAgentKeeper(options: AgentKeeperOptions): AgentKeeper {
  const { loadSdk, createCredential, stopRefreshing, onCreated, onProgress, onUncleanDisposal } = options;
  /** Changes when the agent is released, so that a late agent is disposed and not used. */
  let generation = 0;
  let agent: CallingAgent | undefined;
  let creating: Promise<CallingAgent | undefined> | undefined;
  let disposal = Promise.resolve();

  async function create(mine: number): Promise<CallingAgent | undefined> {
    onProgress("loading");
    const sdk = await loadSdk();
    if (mine !== generation) return undefined;
    onProgress("connecting");
    await disposal;
    const credential = await createCredential();
    if (mine !== generation) {
      credential.dispose();
      return undefined;
    }
    const starting = sdk.createAgent(credential);
    // If the agent is released from now on, it must be disposed before the next one is created.
    disposal = starting.then(
      (late) => (mine === generation ? undefined : late.dispose()),
      () => undefined,
    );
    const created = await starting;
    if (mine !== generation) return undefined;
    agent = created;
    onCreated(created);
    return created;
  }

  return {
    async get() {
      if (agent !== undefined) return agent;
      if (creating === undefined) {
        const started = create(generation).finally(() => {
          if (creating === started) creating = undefined;
        });
        creating = started;
      }
      return await creating;
    },
    release() {
      const leaving = agent;
      generation += 1;
      agent = undefined;
      creating = undefined;
      stopRefreshing();
      disposal = disposal.then(() => leaving?.dispose()).catch(onUncleanDisposal);
      return disposal;
    },
  };
}
