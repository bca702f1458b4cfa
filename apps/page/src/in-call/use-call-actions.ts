// What the user can do in a call now. Buttons and keyboard shortcuts use the same functions.
import type { Failure } from "@teams-token-exchange/client/failure";
import { useCallback, useEffect, useEffectEvent, useState } from "react";
import type { CallSnapshot, LiveCall } from "../call/calling.ts";
import { describeCallingFailure } from "../call/calling-failure.ts";
import { isAppleDevice, isTyping, type ShortcutName, shortcutOf } from "./shortcuts.ts";

/** Does something in a call, and shows the failure if the SDK refuses. */
export type Attempt = (action: Promise<unknown>) => void;

/** Returns `attempt`, and the last failure until the next attempt. */
export function useAttempt(): { attempt: Attempt; failure: Failure | undefined; forget: () => void } {
  const [failure, setFailure] = useState<Failure>();
  const forget = useCallback(() => setFailure(undefined), []);
  const attempt = useCallback<Attempt>((action) => {
    setFailure(undefined);
    action.catch((error: unknown) => setFailure(describeCallingFailure(error)));
  }, []);
  return { attempt, failure, forget };
}

/** The actions that have a shortcut. An action that is not possible now is undefined. */
export type CallActions = Readonly<Record<ShortcutName, (() => void) | undefined>>;

/** Returns the actions that are possible now. */
export function callActions(call: LiveCall, snapshot: CallSnapshot, attempt: Attempt, leave: () => void): CallActions {
  const { phase, muted, cameraOn, screenSharing, hand, rights } = snapshot;
  const connected = phase === "connected";
  return {
    mute: () => attempt(call.setMuted(!muted)),
    // On hold, nothing is sent.
    camera: phase === "held" ? undefined : () => attempt(call.setCamera(!cameraOn)),
    share: connected ? () => attempt(call.setScreenSharing(!screenSharing)) : undefined,
    hand: connected && rights.raiseHand ? () => attempt(call.setHandRaised(hand === undefined)) : undefined,
    leave,
  };
}

/** Listens to the keyboard shortcuts while the component is shown. */
export function useShortcuts(actions: CallActions): void {
  const pressed = useEffectEvent((event: KeyboardEvent) => {
    const name = shortcutOf(event, isAppleDevice());
    if (name === undefined || isTyping(event.target)) return;
    // Also if the action is not possible now: otherwise the browser would do something else.
    event.preventDefault();
    actions[name]?.();
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => pressed(event);
    addEventListener("keydown", listener);
    return () => removeEventListener("keydown", listener);
  }, []);
}
