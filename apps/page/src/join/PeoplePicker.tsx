// Chooses whom to call: colleagues that Microsoft Graph finds, and object IDs or phone numbers.
import { Button, Field, Input, makeStyles, tokens } from "@fluentui/react-components";
import { describeFailure, type Failure } from "@teams-token-exchange/client/failure";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { type Callee, calleeId, nameOf, parseCallee } from "../call/call-target.ts";
import type { FindPeople, Person } from "../people/find-people.ts";
import { FailureNotice } from "../step/FailureNotice.tsx";
import { recovery } from "../step/recovery.ts";

const useStyles = makeStyles({
  list: { listStyleType: "none", margin: 0, padding: 0, display: "flex", flexDirection: "column", rowGap: "4px" },
  item: { display: "flex", flexWrap: "wrap", alignItems: "center", gap: "8px", overflowWrap: "anywhere" },
  row: { display: "flex", gap: "8px", alignItems: "flex-end", flexWrap: "wrap" },
  field: { flexGrow: 1, minWidth: "200px" },
  heading: { margin: 0, fontSize: tokens.fontSizeBase300, fontWeight: tokens.fontWeightSemibold },
});

export interface PeoplePickerProps {
  readonly people: readonly Callee[];
  /** Also empties the field for IDs and numbers. */
  readonly onPeople: (people: readonly Callee[]) => void;
  /** The text in the field for IDs and numbers. */
  readonly text: string;
  readonly onText: (text: string) => void;
  /** What is wrong with `text`, if the user should know already. */
  readonly reason: string | undefined;
  /** Absent if the server does not say where Microsoft Graph is. */
  readonly find: FindPeople | undefined;
  readonly adminConsentUrl: string;
}

export function PeoplePicker({ people, onPeople, text, onText, reason, find, adminConsentUrl }: PeoplePickerProps) {
  const styles = useStyles();
  const add = (callee: Callee) => onPeople([...people.filter((other) => calleeId(other) !== calleeId(callee)), callee]);
  const addText = () => {
    const parsed = parseCallee(text);
    if (parsed.ok) add(parsed.value);
  };
  return (
    <>
      {find && <Search find={find} people={people} onAdd={add} adminConsentUrl={adminConsentUrl} />}
      <div className={styles.row}>
        <Field
          className={styles.field}
          label="Object ID or phone number"
          {...(reason === undefined ? {} : { validationMessage: reason })}
        >
          <Input value={text} onChange={(_, { value }) => onText(value)} autoComplete="off" />
        </Field>
        <Button disabled={!parseCallee(text).ok} onClick={addText}>
          Add
        </Button>
      </div>
      {people.length > 0 && (
        <>
          <h3 className={styles.heading}>You call</h3>
          <ul className={styles.list} aria-label="You call">
            {people.map((callee) => (
              <li key={calleeId(callee)} className={styles.item}>
                {nameOf(callee)}
                <Button size="small" onClick={() => onPeople(people.filter((other) => other !== callee))}>
                  Remove {nameOf(callee)}
                </Button>
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}

interface SearchProps {
  readonly find: FindPeople;
  readonly people: readonly Callee[];
  readonly onAdd: (callee: Callee) => void;
  readonly adminConsentUrl: string;
}

type SearchState =
  | { readonly status: "idle" | "running" }
  | { readonly status: "done"; readonly found: readonly Person[] }
  | { readonly status: "failed"; readonly failure: Failure };

function Search({ find, people, onAdd, adminConsentUrl }: SearchProps) {
  const styles = useStyles();
  const [text, setText] = useState("");
  const [state, setState] = useState<SearchState>({ status: "idle" });
  const run = useSearch(find, setState);
  const search = () => {
    if (text.trim() !== "") run(text, {});
  };
  const pressed = (event: KeyboardEvent) => {
    if (event.key !== "Enter") return;
    // Otherwise the form would be sent, and the call placed.
    event.preventDefault();
    search();
  };
  // A redirect would lose what is in the form.
  const recover = (failure: Failure) => run(text, recovery(failure, "popup") ?? {});
  return (
    <>
      <div className={styles.row}>
        <Field className={styles.field} label="Find a colleague by name or sign-in name">
          <Input
            value={text}
            type="search"
            autoComplete="off"
            onChange={(_, { value }) => setText(value)}
            onKeyDown={pressed}
          />
        </Field>
        <Button disabledFocusable={state.status === "running"} onClick={search}>
          Find
        </Button>
      </div>
      {state.status === "failed" && (
        <FailureNotice
          failure={state.failure}
          step="Find people"
          adminConsentUrl={adminConsentUrl}
          onAction={() => recover(state.failure)}
        />
      )}
      <span role="status">{statusText(state)}</span>
      {state.status === "done" && state.found.length > 0 && (
        <ul className={styles.list} aria-label="People found">
          {state.found.map(({ objectId, name, signInName }) => {
            const isChosen = people.some((callee) => calleeId(callee) === objectId);
            return (
              <li key={objectId} className={styles.item}>
                {name} ({signInName})
                <Button
                  size="small"
                  disabledFocusable={isChosen}
                  onClick={() => onAdd({ kind: "user", objectId, name })}
                >
                  {isChosen ? `${name} is added` : `Add ${name}`}
                </Button>
              </li>
            );
          })}
        </ul>
      )}
    </>
  );
}

function statusText(state: SearchState): string {
  if (state.status === "running") return "Searching.";
  if (state.status !== "done") return "";
  const { length } = state.found;
  if (length === 0) return "Nobody was found. Check the spelling.";
  return length === 1 ? "1 person was found." : `${length} people were found.`;
}

/** Runs one search at a time: the outcome of an earlier one changes nothing. */
function useSearch(find: FindPeople, setState: (state: SearchState) => void) {
  const latest = useRef(0);
  useEffect(() => () => void latest.current++, []);
  return (text: string, options: Parameters<FindPeople>[1]) => {
    const mine = ++latest.current;
    setState({ status: "running" });
    find(text, options).then(
      (found) => mine === latest.current && setState({ status: "done", found }),
      (error: unknown) => mine === latest.current && setState({ status: "failed", failure: describeFailure(error) }),
    );
  };
}
