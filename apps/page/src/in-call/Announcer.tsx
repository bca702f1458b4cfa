// Says changes of a call to screen readers, at most once per second.
import { makeStyles } from "@fluentui/react-components";
import { useEffect, useRef, useState } from "react";
import type { CallSnapshot } from "../call/calling.ts";
import { announcements } from "./announcements.ts";

const useStyles = makeStyles({
  hidden: { position: "absolute", width: "1px", height: "1px", overflow: "hidden", clipPath: "inset(50%)", margin: 0 },
});

const pauseMs = 1_000;

export function Announcer({ snapshot }: { snapshot: CallSnapshot }) {
  const said = useRef(snapshot);
  const latest = useRef(snapshot);
  const [message, setMessage] = useState({ id: 0, text: "" });
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  useEffect(() => {
    latest.current = snapshot;
    // One timer at a time. It announces everything that has changed until it ends.
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      const text = announcements(said.current, latest.current).join(" ");
      said.current = latest.current;
      if (text !== "") setMessage(({ id }) => ({ id: id + 1, text }));
    }, pauseMs);
  }, [snapshot]);
  useEffect(
    () => () => {
      clearTimeout(timer.current);
      timer.current = undefined;
    },
    [],
  );

  return (
    <div className={useStyles().hidden} role="status">
      {/* With a new element, a screen reader reads the same text again. */}
      <span key={message.id}>{message.text}</span>
    </div>
  );
}
