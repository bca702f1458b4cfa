// The frame of every numbered step: number, icon, title, state, summary and content.
import { makeStyles, mergeClasses, shorthands, tokens } from "@fluentui/react-components";
import { type ReactNode, useId } from "react";
import { type BadgeState, StateBadge } from "./StateBadge.tsx";

const useStyles = makeStyles({
  card: {
    backgroundColor: tokens.colorNeutralBackground1,
    ...shorthands.border("1px", "solid", tokens.colorNeutralStroke2),
    borderRadius: tokens.borderRadiusXLarge,
    boxShadow: tokens.shadow2,
    padding: "20px 24px",
    "@media (max-width: 480px)": { padding: "16px" },
  },
  head: { display: "flex", alignItems: "center", flexWrap: "wrap", columnGap: "12px", rowGap: "8px" },
  number: {
    flexShrink: 0,
    width: "28px",
    height: "28px",
    borderRadius: "50%",
    display: "grid",
    placeItems: "center",
    backgroundColor: tokens.colorBrandBackground,
    color: tokens.colorNeutralForegroundOnBrand,
    fontWeight: tokens.fontWeightSemibold,
    ...shorthands.border("1px", "solid", "transparent"),
  },
  waiting: { backgroundColor: tokens.colorNeutralBackground4, color: tokens.colorNeutralForeground1 },
  title: {
    display: "flex",
    alignItems: "center",
    columnGap: "8px",
    flexGrow: 1,
    margin: 0,
    fontSize: tokens.fontSizeBase400,
    lineHeight: tokens.lineHeightBase400,
    fontWeight: tokens.fontWeightSemibold,
  },
  icon: { display: "flex", fontSize: "20px", color: tokens.colorBrandForeground1 },
  summary: { margin: "8px 0 0", color: tokens.colorNeutralForeground2, lineHeight: tokens.lineHeightBase300 },
  content: { display: "flex", flexDirection: "column", rowGap: "12px", marginTop: "16px" },
});

export interface StepCardProps {
  readonly number: number;
  readonly icon: ReactNode;
  readonly title: string;
  /** One sentence about what happens in this step. */
  readonly summary: string;
  readonly state: BadgeState;
  /** True if the steps before are done. */
  readonly enabled: boolean;
  readonly children?: ReactNode;
}

export function StepCard({ number, icon, title, summary, state, enabled, children }: StepCardProps) {
  const styles = useStyles();
  const id = useId();
  return (
    <li>
      <section className={styles.card} aria-labelledby={id}>
        <div className={styles.head}>
          <span className={mergeClasses(styles.number, !enabled && styles.waiting)} aria-hidden="true">
            {number}
          </span>
          <h2 className={styles.title} id={id}>
            <span className={styles.icon} aria-hidden="true">
              {icon}
            </span>
            {title}
          </h2>
          <StateBadge state={state} />
        </div>
        <p className={styles.summary}>{summary}</p>
        <div className={styles.content}>{children}</div>
      </section>
    </li>
  );
}

const useActionStyles = makeStyles({
  actions: { display: "flex", flexWrap: "wrap", gap: "8px", alignItems: "center" },
});

/** A row of buttons that wraps on narrow screens. */
export function Actions({ children }: { children: ReactNode }) {
  return <div className={useActionStyles().actions}>{children}</div>;
}
