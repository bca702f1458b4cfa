// The actions of the control API for meetings and calls.
import type { EmulatorContext } from "../http/context.ts";
import { object } from "../state/schema.ts";
import type { Action } from "./action.ts";
import {
  admitParticipant,
  changeCall,
  createMeeting,
  delaySignalling,
  dropNetwork,
  endCall,
  endMeeting,
  listCalls,
  removeParticipant,
  ringUser,
} from "./calling-control.ts";
import { type CallingInput, callingInputs } from "./calling-inputs.ts";

function action<Name extends keyof CallingInput>(
  name: Name,
  run: (context: EmulatorContext, options: CallingInput[Name]) => object,
): Record<string, Action> {
  const input = callingInputs[name];
  return { [name]: { input, run: (context, options) => run(context, options as CallingInput[Name]) } };
}

/** The answer of an action that has no result. */
const done =
  <Options>(run: (context: EmulatorContext, options: Options) => void) =>
  (context: EmulatorContext, options: Options) => {
    run(context, options);
    return { done: true };
  };

/** The actions by name, as in `POST /emulator/api/{name}`. */
export const callingActions: Record<string, Action> = {
  calls: { input: object("the input", {}), run: listCalls },
  ...action("create-meeting", createMeeting),
  ...action("end-meeting", done(endMeeting)),
  ...action("admit-participant", (context, options) => ({ admitted: admitParticipant(context, options) })),
  ...action("remove-participant", done(removeParticipant)),
  ...action("ring-user", (context, options) => ({ call: ringUser(context, options) })),
  ...action("end-call", done(endCall)),
  ...action("change-call", done(changeCall)),
  ...action("drop-network", done(dropNetwork)),
  ...action("delay-signalling", done(delaySignalling)),
};
