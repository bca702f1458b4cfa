// What happens beside the call in front: calls that ring, calls on hold, and what the user may have missed.
import { Button, Field, makeStyles, Radio, RadioGroup, shorthands, tokens } from "@fluentui/react-components";
import { CallInboundRegular } from "@fluentui/react-icons";
import { useEffect, useId, useState } from "react";
import { type CallSession, type CallsState, canBeHeld, type OtherCall, type Ring } from "../call/call-session-types.ts";
import type { CallStart } from "../call/calling.ts";
import { Actions } from "../step/StepCard.tsx";

const useStyles = makeStyles({
  ring: {
    ...shorthands.border("2px", "solid", tokens.colorBrandStroke1),
    borderRadius: tokens.borderRadiusMedium,
    backgroundColor: tokens.colorNeutralBackground1,
    boxShadow: tokens.shadow16,
    padding: "12px 16px",
    display: "flex",
    flexDirection: "column",
    rowGap: "8px",
    // It stays visible while the user scrolls in the card.
    position: "sticky",
    top: "8px",
    zIndex: 1,
    overflowWrap: "anywhere",
  },
  heading: { display: "flex", alignItems: "center", columnGap: "8px", margin: 0, fontSize: tokens.fontSizeBase400 },
  icon: { display: "flex", fontSize: "20px", color: tokens.colorBrandForeground1 },
  text: { margin: 0 },
  list: { listStyleType: "none", margin: 0, padding: 0, display: "flex", flexDirection: "column", rowGap: "8px" },
  item: { display: "flex", flexWrap: "wrap", alignItems: "center", gap: "8px" },
});

export interface IncomingCallsProps {
  readonly calls: CallSession;
  readonly state: CallsState;
  /** With which devices to accept. */
  readonly start: CallStart;
}

export function IncomingCalls({ calls, state, start }: IncomingCallsProps) {
  const styles = useStyles();
  const { ringing, waiting, notices, call } = state;
  useRingingTitle(ringing[0]);
  return (
    <>
      {ringing.map((ring) => (
        <RingingCall key={ring.id} ring={ring} calls={calls} start={start} call={call} />
      ))}
      {waiting.length > 0 && (
        <ul className={styles.list} aria-label="Calls on hold">
          {waiting.map(({ id, title }) => (
            <li key={id} className={styles.item}>
              {title} is on hold.
              <Button size="small" onClick={() => void calls.switchTo(id)}>
                Resume: {title}
              </Button>
            </li>
          ))}
        </ul>
      )}
      {/* Always there, because a live region announces only what is added to it. */}
      <div role="status">
        {notices.length > 0 && (
          <ul className={styles.list} aria-label="Notices">
            {notices.map(({ id, text }) => (
              <li key={id} className={styles.item}>
                {text}
                <Button
                  size="small"
                  appearance="subtle"
                  aria-label={`Dismiss: ${text}`}
                  onClick={() => calls.dismiss(id)}
                >
                  Dismiss
                </Button>
              </li>
            ))}
          </ul>
        )}
      </div>
    </>
  );
}

interface RingingCallProps extends Pick<IncomingCallsProps, "calls" | "start"> {
  readonly ring: Ring;
  readonly call: CallsState["call"];
}

function RingingCall({ ring: { id, caller }, calls, start, call }: RingingCallProps) {
  const styles = useStyles();
  const heading = useId();
  const [other, setOther] = useState<OtherCall>("hold");
  const isHoldable = call.status === "in-call" && canBeHeld(call.snapshot.phase);
  const accept = (cameraOn: boolean) => void calls.accept(id, { ...start, cameraOn }, other);
  return (
    <section className={styles.ring} aria-labelledby={heading}>
      <div role="alert">
        <h3 className={styles.heading} id={heading}>
          <span className={styles.icon} aria-hidden="true">
            <CallInboundRegular />
          </span>
          {caller} is calling
        </h3>
      </div>
      {!isHoldable && (call.status === "preparing" || call.status === "in-call") && (
        <p className={styles.text}>If you accept, the call that is being placed is cancelled.</p>
      )}
      {isHoldable && (
        <Field label="If you accept, your current call">
          <RadioGroup value={other} layout="horizontal" onChange={(_, { value }) => setOther(value as OtherCall)}>
            <Radio value="hold" label="is put on hold" />
            <Radio value="leave" label="ends for you" />
          </RadioGroup>
        </Field>
      )}
      <Actions>
        <Button appearance="primary" onClick={() => accept(true)}>
          Accept with video
        </Button>
        <Button onClick={() => accept(false)}>Accept with audio</Button>
        <Button onClick={() => void calls.decline(id)}>Decline</Button>
      </Actions>
    </section>
  );
}

/** Shows the call in the title of the window, for users who look at another one. */
function useRingingTitle(ring: Ring | undefined): void {
  const caller = ring?.caller;
  useEffect(() => {
    if (caller === undefined) return;
    const { title } = document;
    document.title = `${caller} is calling`;
    return () => {
      document.title = title;
    };
  }, [caller]);
}
