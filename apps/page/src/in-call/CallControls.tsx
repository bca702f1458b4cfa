// The buttons of a call, and the question before it is ended for everyone.
import { Button, makeStyles, shorthands, tokens } from "@fluentui/react-components";
import {
  CallEndRegular,
  HandRightOffRegular,
  HandRightRegular,
  MicOffRegular,
  MicRegular,
  PauseRegular,
  PlayRegular,
  ShareScreenStartRegular,
  ShareScreenStopRegular,
  VideoOffRegular,
  VideoRegular,
} from "@fluentui/react-icons";
import { useId, useRef } from "react";
import type { CallSnapshot, LiveCall } from "../call/calling.ts";
import { Actions } from "../step/StepCard.tsx";
import { ariaShortcut, isAppleDevice, type ShortcutName } from "./shortcuts.ts";
import type { Attempt, CallActions } from "./use-call-actions.ts";

export interface CallControlsProps {
  readonly call: LiveCall;
  readonly snapshot: CallSnapshot;
  readonly actions: CallActions;
  readonly attempt: Attempt;
}

export function CallControls({ call, snapshot, actions, attempt }: CallControlsProps) {
  const { phase, heldBy, muted, cameraOn, screenSharing, hand, rights } = snapshot;
  const inside = phase === "connected" || phase === "held";
  const action = (name: ShortcutName) => ({
    "aria-keyshortcuts": ariaShortcut(name, isAppleDevice()),
    disabledFocusable: actions[name] === undefined,
    onClick: () => actions[name]?.(),
  });
  return (
    <Actions>
      <Button icon={muted ? <MicRegular /> : <MicOffRegular />} {...action("mute")}>
        {muted ? "Unmute" : "Mute"}
      </Button>
      <Button icon={cameraOn ? <VideoOffRegular /> : <VideoRegular />} {...action("camera")}>
        {cameraOn ? "Camera off" : "Camera on"}
      </Button>
      {inside && (
        <Button icon={screenSharing ? <ShareScreenStopRegular /> : <ShareScreenStartRegular />} {...action("share")}>
          {screenSharing ? "Stop sharing" : "Share screen"}
        </Button>
      )}
      {inside && rights.raiseHand && (
        <Button icon={hand === undefined ? <HandRightRegular /> : <HandRightOffRegular />} {...action("hand")}>
          {hand === undefined ? "Raise hand" : "Lower hand"}
        </Button>
      )}
      {inside && heldBy !== "other" && (
        <Button
          icon={heldBy === "me" ? <PlayRegular /> : <PauseRegular />}
          onClick={() => attempt(call.setHeld(heldBy !== "me"))}
        >
          {heldBy === "me" ? "Resume" : "Hold"}
        </Button>
      )}
      <Button appearance="primary" icon={<CallEndRegular />} {...action("leave")}>
        Leave
      </Button>
      {inside && rights.endForEveryone && <EndForEveryone onEnd={() => attempt(call.hangUp(true))} />}
    </Actions>
  );
}

const useStyles = makeStyles({
  dialog: {
    boxSizing: "border-box",
    maxWidth: "min(480px, calc(100vw - 24px))",
    padding: "24px",
    backgroundColor: tokens.colorNeutralBackground1,
    color: tokens.colorNeutralForeground1,
    ...shorthands.border("1px", "solid", tokens.colorTransparentStroke),
    borderRadius: tokens.borderRadiusXLarge,
    boxShadow: tokens.shadow64,
    "::backdrop": { backgroundColor: "rgba(0, 0, 0, 0.4)" },
  },
  title: { margin: 0, fontSize: tokens.fontSizeBase500, lineHeight: tokens.lineHeightBase500 },
  text: { margin: "8px 0 16px" },
});

/** Asks first. The dialog is the browser's own: Fluent's adds elements to the page that accessibility checks refuse. */
function EndForEveryone({ onEnd }: { onEnd: () => void }) {
  const styles = useStyles();
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  const close = () => dialog.current?.close();
  return (
    <>
      <Button onClick={() => dialog.current?.showModal()}>End for everyone</Button>
      <dialog ref={dialog} className={styles.dialog} aria-labelledby={id}>
        <h3 className={styles.title} id={id}>
          End the call for everyone?
        </h3>
        <p className={styles.text}>All participants leave the call.</p>
        <Actions>
          <Button
            appearance="primary"
            onClick={() => {
              close();
              onEnd();
            }}
          >
            End the call
          </Button>
          <Button onClick={close}>Cancel</Button>
        </Actions>
      </dialog>
    </>
  );
}
