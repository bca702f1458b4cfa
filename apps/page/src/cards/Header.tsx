// The header of the page: its name, the signed-in user, sign out, and the theme.
import { Button, makeStyles, Select, tokens } from "@fluentui/react-components";
import { useId } from "react";
import type { User } from "../auth/auth-state.ts";
import type { ThemeChoice } from "./use-theme.ts";

const useStyles = makeStyles({
  header: {
    backgroundColor: tokens.colorNeutralBackground1,
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  inner: {
    boxSizing: "border-box",
    maxWidth: "808px",
    margin: "0 auto",
    padding: "12px 24px",
    display: "flex",
    flexWrap: "wrap",
    alignItems: "center",
    columnGap: "16px",
    rowGap: "8px",
    "@media (max-width: 480px)": { padding: "12px" },
  },
  title: {
    flexGrow: 1,
    margin: 0,
    fontSize: tokens.fontSizeBase500,
    lineHeight: tokens.lineHeightBase500,
    fontWeight: tokens.fontWeightSemibold,
  },
  theme: { display: "flex", alignItems: "center", columnGap: "8px" },
  user: { overflowWrap: "anywhere" },
});

export interface HeaderProps {
  readonly theme: { readonly choice: ThemeChoice; choose(choice: ThemeChoice): void };
  readonly session?: { readonly user: User; readonly signingOut: boolean; signOut(): void } | undefined;
}

export function Header({ theme, session }: HeaderProps) {
  const styles = useStyles();
  const themeId = useId();
  return (
    <header className={styles.header}>
      <div className={styles.inner}>
        <h1 className={styles.title}>Teams token exchange</h1>
        {session && (
          <>
            <span className={styles.user}>{session.user.name}</span>
            <Button size="small" disabledFocusable={session.signingOut} onClick={session.signOut}>
              {session.signingOut ? "Signing out" : "Sign out"}
            </Button>
          </>
        )}
        <span className={styles.theme}>
          <label htmlFor={themeId}>Theme</label>
          <Select
            id={themeId}
            size="small"
            value={theme.choice}
            onChange={(_, { value }) => theme.choose(value === "light" || value === "dark" ? value : "system")}
          >
            <option value="system">System</option>
            <option value="light">Light</option>
            <option value="dark">Dark</option>
          </Select>
        </span>
      </div>
    </header>
  );
}
