// The SDK's TeamsIncomingCall.
// https://learn.microsoft.com/azure/communication-services/how-tos/cte-calling-sdk/manage-calls#receive-a-teams-incoming-call
import type { EndReason, ServiceMessage } from "../calling/protocol.ts";
import { Emitter } from "./base/emitter.ts";
import { identifierOf } from "./base/identifiers.ts";
import { sdkError } from "./base/sdk-error.ts";
import { asSdk, type Public, type Sdk } from "./base/sdk-types.ts";
import { incomingCallKinds } from "./sdk-enums.ts";
import type { EmulatedTeamsCall } from "./teams-call.ts";

type Ring = Extract<ServiceMessage, { type: "ring" }>;

export interface IncomingCallActions {
  accept(options: Sdk.AcceptCallOptions): EmulatedTeamsCall;
  reject(): void;
}

export class EmulatedTeamsIncomingCall extends Emitter implements Public<Sdk.TeamsIncomingCall> {
  readonly kind = incomingCallKinds.TeamsIncomingCall;
  readonly id: string;
  readonly callerInfo: Sdk.CallerInfo;
  readonly info: Sdk.TeamsCallInfo;
  declare readonly transferorInfo: undefined;
  declare readonly customContext: undefined;
  callEndReason: Sdk.CallEndReason | undefined;
  readonly #actions: IncomingCallActions;
  #ringing = true;

  constructor({ callId, caller }: Ring, actions: IncomingCallActions) {
    super("TeamsIncomingCall", ["callEnded", "callerInfoChanged", "transferorInfoChanged"]);
    this.id = callId;
    this.callerInfo = { identifier: identifierOf(caller.rawId), displayName: caller.displayName };
    this.info = {
      getServerCallId: async () => callId,
      threadId: undefined,
      participantId: "",
      onCallInfoChanged: () => {},
      offCallInfoChanged: () => {},
    };
    this.#actions = actions;
  }

  async accept(options: Sdk.AcceptCallOptions = {}): Promise<Sdk.TeamsCall> {
    if (!this.#ringing) throw sdkError(41006);
    this.#ringing = false;
    return asSdk<Sdk.TeamsCall>(this.#actions.accept(options));
  }

  async reject(): Promise<void> {
    if (!this.#ringing) throw sdkError(41007);
    this.#ringing = false;
    this.#actions.reject();
  }

  /** The ring is over, for any reason but that it was accepted here. */
  end({ code, subCode }: EndReason): void {
    this.#ringing = false;
    this.callEndReason = { code, subCode };
    this.emit("callEnded", { callEndReason: this.callEndReason });
  }
}
