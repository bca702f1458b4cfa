// Features.RaiseHand.
// https://learn.microsoft.com/azure/communication-services/how-tos/calling-sdk/raise-hand
import type { MicrosoftTeamsUserIdentifier } from "@azure/communication-common";
import { Emitter } from "../base/emitter.ts";
import { identifierOf, rawIdOf } from "../base/identifiers.ts";
import type { Public, Sdk } from "../base/sdk-types.ts";
import type { FeatureContext } from "../call/call-context.ts";

export class RaiseHandFeature extends Emitter implements Public<Sdk.RaiseHandCallFeature> {
  readonly name = "RaiseHand";
  readonly #context: FeatureContext;
  readonly #stop: () => void;
  /** The place of each hand by the raw identifier of the user. */
  #hands: Map<string, number>;

  constructor(context: FeatureContext) {
    super("RaiseHandCallFeature", ["raisedHandEvent", "loweredHandEvent"]);
    this.#context = context;
    this.#hands = this.#read();
    this.#stop = context.signals.watch("snapshot", () => this.#update());
  }

  #read(): Map<string, number> {
    const hands = new Map<string, number>();
    const own = this.#context.snapshot()?.hand;
    if (own !== undefined) hands.set(this.#context.agent.self.rawId, own);
    for (const { rawId, hand } of this.#context.participants()) if (hand !== undefined) hands.set(rawId, hand);
    return hands;
  }

  #update(): void {
    const old = this.#hands;
    this.#hands = this.#read();
    for (const rawId of this.#hands.keys()) {
      if (!old.has(rawId)) this.emit("raisedHandEvent", { identifier: identifierOf(rawId) });
    }
    for (const rawId of old.keys()) {
      if (!this.#hands.has(rawId)) this.emit("loweredHandEvent", { identifier: identifierOf(rawId) });
    }
  }

  getRaisedHands(): Sdk.RaisedHand[] {
    return [...this.#hands]
      .map(([rawId, order]) => ({ identifier: identifierOf(rawId) as MicrosoftTeamsUserIdentifier, order }))
      .toSorted((a, b) => a.order - b.order);
  }

  async #setRaised(raised: boolean): Promise<void> {
    this.#context.agent.send({ type: "hand", leg: this.#context.leg, raised });
  }

  raiseHand(): Promise<void> {
    return this.#setRaised(true);
  }

  lowerHand(): Promise<void> {
    return this.#setRaised(false);
  }

  async lowerHands(identifiers: Parameters<Sdk.RaiseHandCallFeature["lowerHands"]>[0]): Promise<void> {
    const { leg, agent, participants, snapshot } = this.#context;
    const self = { id: snapshot()?.self ?? "", rawId: agent.self.rawId };
    const lowered = [self, ...participants()].filter(({ rawId }) =>
      identifiers.some((identifier) => rawIdOf(identifier) === rawId),
    );
    agent.send({ type: "lower-hands", leg, participants: lowered.map(({ id }) => id) });
  }

  async lowerAllHands(): Promise<void> {
    this.#context.agent.send({ type: "lower-hands", leg: this.#context.leg });
  }

  dispose(): void {
    this.#stop();
  }
}
