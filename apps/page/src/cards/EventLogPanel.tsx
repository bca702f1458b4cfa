// What happened on this page, in order, with the IDs under which servers logged it.
import { makeStyles, shorthands, tokens } from "@fluentui/react-components";
import { useId, useSyncExternalStore } from "react";
import type { EventLog } from "../session/event-log.ts";
import { scrollable } from "../step/scrollable.ts";

const useStyles = makeStyles({
  title: { margin: "24px 0 8px", fontSize: tokens.fontSizeBase300, fontWeight: tokens.fontWeightSemibold },
  log: {
    maxHeight: "200px",
    overflowY: "auto",
    padding: "12px 16px",
    backgroundColor: tokens.colorNeutralBackground1,
    ...shorthands.border("1px", "solid", tokens.colorNeutralStroke2),
    borderRadius: tokens.borderRadiusMedium,
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: tokens.fontSizeBase200,
    lineHeight: tokens.lineHeightBase300,
    overflowWrap: "anywhere",
    ":focus-visible": { outline: `2px solid ${tokens.colorStrokeFocus2}` },
  },
  time: { color: tokens.colorNeutralForeground2, marginRight: "12px" },
});

const time = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" });

export function EventLogPanel({ log }: { log: EventLog }) {
  const styles = useStyles();
  const id = useId();
  const entries = useSyncExternalStore(log.subscribe, log.entries);
  return (
    <section aria-labelledby={id}>
      <h2 className={styles.title} id={id}>
        Event log
      </h2>
      <div className={styles.log} role="log" aria-labelledby={id} {...scrollable}>
        {entries.map(({ id: key, at, text, reference }) => (
          <div key={key}>
            <time className={styles.time} dateTime={new Date(at).toISOString()}>
              {time.format(at)}
            </time>
            {text}
            {reference !== undefined && ` · ${reference}`}
          </div>
        ))}
      </div>
    </section>
  );
}
