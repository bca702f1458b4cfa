// One token, masked until the user wants to see it. No other component reads a token.
import { Badge, Button, makeStyles, mergeClasses, shorthands, tokens } from "@fluentui/react-components";
import { useEffect, useId, useState } from "react";
import { formatCountdown } from "../step/format.ts";
import { Actions } from "../step/StepCard.tsx";
import { scrollable } from "../step/scrollable.ts";
import { type Claim, decodeClaims } from "./decode-claims.ts";

const useStyles = makeStyles({
  box: {
    backgroundColor: tokens.colorNeutralBackground3,
    borderRadius: tokens.borderRadiusMedium,
    padding: "12px 16px",
    display: "flex",
    flexDirection: "column",
    rowGap: "8px",
    minWidth: 0,
  },
  head: { display: "flex", flexWrap: "wrap", alignItems: "center", gap: "8px" },
  title: { flexGrow: 1, margin: 0, fontSize: tokens.fontSizeBase300, fontWeight: tokens.fontWeightSemibold },
  token: {
    margin: 0,
    maxHeight: "160px",
    overflowY: "auto",
    overflowWrap: "anywhere",
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: tokens.fontSizeBase200,
    ":focus-visible": { outline: `2px solid ${tokens.colorStrokeFocus2}` },
  },
  tableFrame: {
    overflowX: "auto",
    ":focus-visible": { outline: `2px solid ${tokens.colorStrokeFocus2}` },
  },
  table: { borderCollapse: "collapse", width: "100%", fontSize: tokens.fontSizeBase200 },
  cell: {
    textAlign: "left",
    verticalAlign: "top",
    padding: "4px 12px 4px 0",
    overflowWrap: "anywhere",
    ...shorthands.borderBottom("1px", "solid", tokens.colorNeutralStroke2),
  },
  meaning: { color: tokens.colorNeutralForeground2, "@media (max-width: 480px)": { display: "none" } },
  note: { margin: 0, fontSize: tokens.fontSizeBase200, color: tokens.colorNeutralForeground2 },
});

export interface TokenBoxProps {
  readonly label: string;
  /** Milliseconds since 1970. */
  readonly expiresOnTimestamp: number;
  /** Reads the token when the user wants to see or copy it. */
  readonly read: () => string | undefined;
}

type Shown =
  | { kind: "nothing" }
  | { kind: "token"; token: string }
  | { kind: "claims"; claims: readonly Claim[] | undefined };

/** A token with its expiry, and buttons that show it, copy it and decode its claims. */
export function TokenBox({ label, expiresOnTimestamp, read }: TokenBoxProps) {
  const styles = useStyles();
  const id = useId();
  const [shown, setShown] = useState<Shown>({ kind: "nothing" });
  const [said, setSaid] = useState("");

  const toggle = (kind: "token" | "claims") => {
    const token = read();
    if (shown.kind === kind || token === undefined) setShown({ kind: "nothing" });
    else setShown(kind === "token" ? { kind, token } : { kind, claims: decodeClaims(token) });
  };
  const copy = () => {
    navigator.clipboard.writeText(read() ?? "").then(
      () => setSaid(`${label} copied`),
      () => setSaid("The browser did not allow copying"),
    );
  };

  return (
    <section className={styles.box} aria-labelledby={id}>
      <div className={styles.head}>
        <h3 className={styles.title} id={id}>
          {label}
        </h3>
        <Expiry at={expiresOnTimestamp} />
      </div>
      {shown.kind === "token" ? (
        <section className={styles.token} data-shows-token="" aria-label={`${label} in full`} {...scrollable}>
          {shown.token}
        </section>
      ) : (
        <code className={styles.token}>
          <span aria-hidden="true">{"•".repeat(24)}</span>
        </code>
      )}
      {shown.kind === "claims" && <ClaimsTable claims={shown.claims} label={label} />}
      <Actions>
        <Button size="small" aria-expanded={shown.kind === "token"} onClick={() => toggle("token")}>
          {shown.kind === "token" ? "Hide" : "Show"}
        </Button>
        <Button size="small" onClick={copy}>
          Copy
        </Button>
        <Button size="small" aria-expanded={shown.kind === "claims"} onClick={() => toggle("claims")}>
          {shown.kind === "claims" ? "Hide claims" : "Show claims"}
        </Button>
        <span role="status">{said}</span>
      </Actions>
    </section>
  );
}

function Expiry({ at }: { at: number }) {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  const left = at - now;
  const color = left < 60_000 ? "danger" : left < 600_000 ? "warning" : "success";
  return (
    <Badge appearance="tint" color={color} title={new Date(at).toISOString()}>
      {left <= 0 ? "Expired" : `Expires in ${formatCountdown(left)}`}
    </Badge>
  );
}

function ClaimsTable({ claims, label }: { claims: readonly Claim[] | undefined; label: string }) {
  const styles = useStyles();
  if (claims === undefined) {
    return <p className={styles.note}>This token is opaque: only the service that it was issued for can read it.</p>;
  }
  return (
    <>
      <section className={styles.tableFrame} data-shows-token="" aria-label={`Claims of the ${label}`} {...scrollable}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th className={styles.cell}>Claim</th>
              <th className={styles.cell}>Value</th>
              <th className={mergeClasses(styles.cell, styles.meaning)}>Meaning</th>
            </tr>
          </thead>
          <tbody>
            {claims.map(({ name, value, meaning }) => (
              <tr key={name}>
                <td className={styles.cell}>{name}</td>
                <td className={styles.cell}>{value}</td>
                <td className={mergeClasses(styles.cell, styles.meaning)}>{meaning}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <p className={styles.note}>The signature is not checked here; the server checks it.</p>
    </>
  );
}
