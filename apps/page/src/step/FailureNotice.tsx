// Shows a failure where it happened: title, code, cause, what to do, IDs, and one button. It takes the focus.
import { Button, Link, makeStyles, mergeClasses, shorthands, tokens } from "@fluentui/react-components";
import { ErrorCircleRegular } from "@fluentui/react-icons";
import { type Failure, type FailureAction, failureDetails } from "@teams-token-exchange/client/failure";
import { useEffect, useId, useRef, useState } from "react";
import { Actions } from "./StepCard.tsx";

const useStyles = makeStyles({
  notice: {
    backgroundColor: tokens.colorStatusDangerBackground1,
    color: tokens.colorNeutralForeground1,
    ...shorthands.border("1px", "solid", tokens.colorStatusDangerBorder1),
    borderRadius: tokens.borderRadiusMedium,
    padding: "12px 16px",
    overflowWrap: "anywhere",
    ":focus-visible": { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: "2px" },
  },
  title: {
    display: "flex",
    alignItems: "flex-start",
    columnGap: "8px",
    margin: 0,
    fontSize: tokens.fontSizeBase300,
    lineHeight: tokens.lineHeightBase300,
    fontWeight: tokens.fontWeightSemibold,
  },
  icon: { display: "flex", flexShrink: 0, fontSize: "20px", color: tokens.colorStatusDangerForeground1 },
  facts: {
    display: "grid",
    gridTemplateColumns: "max-content 1fr",
    columnGap: "12px",
    rowGap: "4px",
    margin: "8px 0 12px",
    "@media (max-width: 480px)": { gridTemplateColumns: "1fr", rowGap: 0 },
  },
  term: { color: tokens.colorNeutralForeground2 },
  value: { margin: 0, "@media (max-width: 480px)": { marginBottom: "6px" } },
  code: { fontFamily: tokens.fontFamilyMonospace },
});

export interface FailureNoticeProps {
  readonly failure: Failure;
  /** The step's title, for the copied details. */
  readonly step: string;
  readonly onAction: (action: FailureAction) => void;
  readonly adminConsentUrl?: string;
}

const actionLabel: Readonly<Record<FailureAction, string>> = {
  retry: "Try again",
  "sign-in": "Sign in again",
  "grant-consent": "Grant consent",
  "other-user": "Sign out and switch user",
};

export function FailureNotice({ failure, step, onAction, adminConsentUrl }: FailureNoticeProps) {
  const styles = useStyles();
  const id = useId();
  const notice = useRef<HTMLElement>(null);
  // Focus each new failure, so that a second one in the same place is noticed too.
  useEffect(() => {
    if (failure) notice.current?.focus();
  }, [failure]);

  return (
    <section className={styles.notice} aria-labelledby={id} tabIndex={-1} ref={notice}>
      <h3 className={styles.title} id={id}>
        <span className={styles.icon} aria-hidden="true">
          <ErrorCircleRegular />
        </span>
        <span>
          {failure.title} <span className={styles.code}>({failure.code})</span>
        </span>
      </h3>
      <dl className={styles.facts}>
        <Fact term="Cause" value={failure.cause} />
        <Fact term="What to do" value={failure.advice} />
        {failure.retryAfterSeconds !== undefined && (
          <Fact term="Wait" value={`${failure.retryAfterSeconds} s before the next try`} />
        )}
        {failure.acsCode !== undefined && <Fact term="ACS code" value={failure.acsCode} code />}
        {failure.references.map(({ label, value }) => (
          <Fact key={label} term={label} value={value} code />
        ))}
      </dl>
      <Actions>
        <Button appearance="primary" onClick={() => onAction(failure.action)}>
          {actionLabel[failure.action]}
        </Button>
        <CopyDetails text={failureDetails(failure, step)} />
        <AdviceLinkView link={failure.link} adminConsentUrl={adminConsentUrl} />
      </Actions>
    </section>
  );
}

function Fact({ term, value, code = false }: { term: string; value: string; code?: boolean }) {
  const styles = useStyles();
  return (
    <>
      <dt className={styles.term}>{term}</dt>
      <dd className={mergeClasses(styles.value, code && styles.code)}>{value}</dd>
    </>
  );
}

function CopyDetails({ text }: { text: string }) {
  const [said, setSaid] = useState("");
  const copy = () => {
    navigator.clipboard.writeText(text).then(
      () => setSaid("Copied"),
      () => setSaid("The browser did not allow copying"),
    );
  };
  return (
    <>
      <Button onClick={copy}>Copy details</Button>
      <span role="status">{said}</span>
    </>
  );
}

function AdviceLinkView({ link, adminConsentUrl }: { link: Failure["link"]; adminConsentUrl: string | undefined }) {
  if (link === undefined) return null;
  const href = link.to === "docs" ? link.href : adminConsentUrl;
  if (href === undefined) return null;
  return (
    <Link href={href} target="_blank" rel="noreferrer">
      {link.to === "docs" ? "Documentation (opens a new tab)" : "Consent link for an administrator (opens a new tab)"}
    </Link>
  );
}
