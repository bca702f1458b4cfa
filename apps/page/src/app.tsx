// Composes the page: theme, header, the numbered steps, the event log.
import { FluentProvider, makeStyles, Spinner, tokens } from "@fluentui/react-components";
import { useEffect, useState } from "react";
import { AuthProvider, useAuth } from "./auth/AuthProvider.tsx";
import { describeFailure, type Failure } from "./failure/failure.ts";
import { Header } from "./features/header/Header.tsx";
import type { Services } from "./services.ts";
import { FailureNotice } from "./step/FailureNotice.tsx";
import { Loaded, lazyPart } from "./step/Loaded.tsx";
import { Steps } from "./steps.tsx";
import { useTheme } from "./theme/use-theme.ts";

const EventLogPanel = lazyPart(
  () => import("./features/event-log/EventLogPanel.tsx"),
  (part) => part.EventLogPanel,
);

const useStyles = makeStyles({
  page: { minHeight: "100vh", backgroundColor: tokens.colorNeutralBackground2 },
  main: {
    boxSizing: "border-box",
    maxWidth: "808px",
    margin: "0 auto",
    padding: "24px",
    "@media (max-width: 480px)": { padding: "16px 12px" },
  },
});

type Boot = { status: "booting" } | { status: "ready"; services: Services } | { status: "failed"; failure: Failure };

export interface AppProps {
  /** The first start, begun before React so that rendering does not wait for it; again on "Try again". */
  readonly firstBoot: Promise<Services>;
  readonly boot: () => Promise<Services>;
}

export function App({ firstBoot, boot }: AppProps) {
  const styles = useStyles();
  const theme = useTheme();
  const [pending, setPending] = useState(firstBoot);
  const [state, setState] = useState<Boot>({ status: "booting" });

  useEffect(() => {
    let current = true;
    pending.then(
      (services) => current && setState({ status: "ready", services }),
      (error: unknown) => current && setState({ status: "failed", failure: describeFailure(error) }),
    );
    return () => {
      current = false;
    };
  }, [pending]);

  const retry = () => {
    setState({ status: "booting" });
    setPending(boot());
  };

  if (state.status === "ready") {
    return (
      <FluentProvider theme={theme.theme} className={styles.page}>
        <ReadyPage services={state.services} theme={theme} />
      </FluentProvider>
    );
  }
  return (
    <FluentProvider theme={theme.theme} className={styles.page}>
      <Header theme={theme} />
      <main className={styles.main}>
        {state.status === "booting" ? (
          <Spinner label="Loading the configuration" />
        ) : (
          <FailureNotice failure={state.failure} step="Load the configuration" onAction={retry} />
        )}
      </main>
    </FluentProvider>
  );
}

function ReadyPage({ services, theme }: { services: Services; theme: ReturnType<typeof useTheme> }) {
  const { msal, config, log, booted, end } = services;
  useEffect(() => {
    // A page that goes away should leave its meeting, not be missed in it.
    const leave = () => void end();
    addEventListener("pagehide", leave);
    return () => removeEventListener("pagehide", leave);
  }, [end]);
  return (
    <AuthProvider msal={msal} config={config} log={log} initial={booted.initial} onSignOut={end}>
      <SignedInHeader theme={theme} />
      <PageBody services={services} />
    </AuthProvider>
  );
}

function SignedInHeader({ theme }: { theme: ReturnType<typeof useTheme> }) {
  const { state, signOut } = useAuth();
  const account = state.status === "signed-in" || state.status === "signing-out" ? state.user : undefined;
  const session = account && { user: account, signingOut: state.status === "signing-out", signOut };
  return <Header theme={theme} session={session} />;
}

function PageBody({ services }: { services: Services }) {
  const styles = useStyles();
  const { state } = useAuth();
  // Another user's results must not outlive the user: a new key starts every step afresh.
  const key = state.status === "signed-in" ? state.user.id : "nobody";
  return (
    <main className={styles.main}>
      <Steps key={key} services={services} />
      <Loaded part="Event log">
        <EventLogPanel log={services.log} />
      </Loaded>
    </main>
  );
}
