// Who is in the call, who waits in the lobby, and what this user may do with them.
import { Button, makeStyles, tokens } from "@fluentui/react-components";
import { MoreHorizontalRegular } from "@fluentui/react-icons";
import { useId, useState } from "react";
import type { CallRights, CallSnapshot, LiveCall, Participant } from "../call/calling.ts";
import { Actions } from "../step/StepCard.tsx";
import type { Attempt } from "./use-call-actions.ts";
import { statesOf } from "./VideoTile.tsx";

const useStyles = makeStyles({
  section: { display: "flex", flexDirection: "column", rowGap: "8px" },
  heading: {
    margin: 0,
    fontSize: tokens.fontSizeBase300,
    lineHeight: tokens.lineHeightBase300,
    fontWeight: tokens.fontWeightSemibold,
  },
  list: { margin: 0, padding: 0, listStyleType: "none", display: "flex", flexDirection: "column", rowGap: "4px" },
  item: { display: "flex", flexWrap: "wrap", alignItems: "center", gap: "4px 8px", minHeight: "32px" },
  name: { flex: "1 1 0", minWidth: "120px", overflowWrap: "anywhere" },
  actions: { width: "100%", display: "flex", flexWrap: "wrap", gap: "8px" },
  note: { margin: 0 },
});

export interface PeopleProps {
  readonly call: LiveCall;
  readonly snapshot: CallSnapshot;
  readonly attempt: Attempt;
}

export function Participants({ call, snapshot, attempt }: PeopleProps) {
  const styles = useStyles();
  const { participants, muted, hand, rights } = snapshot;
  const id = useId();
  const others = participants.length;
  const me = ["You", ...(hand === undefined ? [] : [`hand raised (${hand})`]), ...(muted ? ["muted"] : [])];
  return (
    <section className={styles.section} aria-labelledby={id}>
      <h3 className={styles.heading} id={id}>
        Participants ({others + 1})
      </h3>
      <ul className={styles.list}>
        <li className={styles.item}>
          <span className={styles.name}>{me.join(", ")}</span>
        </li>
        {participants.map((participant) => (
          <li key={participant.id} className={styles.item}>
            <span className={styles.name}>
              {[participant.name, ...statesOf(participant).map(({ text }) => text)].join(", ")}
            </span>
            <ParticipantActions call={call} participant={participant} rights={rights} attempt={attempt} />
          </li>
        ))}
      </ul>
      <RaisedHands snapshot={snapshot} />
      {rights.muteOthers && others > 1 && (
        <Actions>
          <Button size="small" onClick={() => attempt(call.muteOthers())}>
            Mute everyone else
          </Button>
        </Actions>
      )}
    </section>
  );
}

/** The order in which hands were raised. */
function RaisedHands({ snapshot: { participants, hand } }: { snapshot: CallSnapshot }) {
  const styles = useStyles();
  const raised = [...participants, { name: "You", hand }].flatMap(({ name, hand: place }) =>
    place === undefined ? [] : [{ name, place }],
  );
  if (raised.length < 2) return null;
  const names = raised.toSorted((a, b) => a.place - b.place).map(({ name }) => name);
  return <p className={styles.note}>Raised hands in order: {names.join(", ")}</p>;
}

interface ParticipantActionsProps {
  readonly call: LiveCall;
  readonly participant: Participant;
  readonly rights: CallRights;
  readonly attempt: Attempt;
}

/** Two clicks, so that nobody is removed by mistake. */
function ParticipantActions({ call, participant, rights, attempt }: ParticipantActionsProps) {
  const styles = useStyles();
  const [open, setOpen] = useState(false);
  const { id, name, muted, hand } = participant;
  const actions: readonly { text: string; possible: boolean; act: () => Promise<void> }[] = [
    { text: "Mute", possible: rights.muteOthers && !muted, act: () => call.mute(id) },
    { text: "Lower hand", possible: rights.muteOthers && hand !== undefined, act: () => call.lowerHand(id) },
    { text: "Remove", possible: rights.remove, act: () => call.remove(id) },
  ];
  const possible = actions.filter((action) => action.possible);
  if (possible.length === 0) return null;
  return (
    <>
      <Button
        size="small"
        appearance="subtle"
        icon={<MoreHorizontalRegular />}
        aria-label={`Actions for ${name}`}
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      />
      {open && (
        <span className={styles.actions}>
          {possible.map(({ text, act }) => (
            <Button key={text} size="small" aria-label={`${text}: ${name}`} onClick={() => attempt(act())}>
              {text}
            </Button>
          ))}
        </span>
      )}
    </>
  );
}

/** Who waits in the lobby. Only those who may admit get buttons. */
export function Lobby({ call, snapshot: { lobby, rights }, attempt }: PeopleProps) {
  const styles = useStyles();
  const id = useId();
  if (lobby.length === 0) return null;
  return (
    <section className={styles.section} aria-labelledby={id}>
      <h3 className={styles.heading} id={id}>
        In the lobby ({lobby.length})
      </h3>
      <ul className={styles.list}>
        {lobby.map(({ id: who, name }) => (
          <li key={who} className={styles.item}>
            <span className={styles.name}>{name}</span>
            {rights.admit && (
              <>
                <Button size="small" aria-label={`Admit ${name}`} onClick={() => attempt(call.admit(who))}>
                  Admit
                </Button>
                <Button size="small" aria-label={`Reject ${name}`} onClick={() => attempt(call.reject(who))}>
                  Reject
                </Button>
              </>
            )}
          </li>
        ))}
      </ul>
      {rights.admit && lobby.length > 1 && (
        <Actions>
          <Button size="small" onClick={() => attempt(call.admitAll())}>
            Admit everyone
          </Button>
        </Actions>
      )}
    </section>
  );
}
