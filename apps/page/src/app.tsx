// The whole page: theme, header, the numbered steps and the event log.
import { FluentProvider, makeStyles, Spinner, tokens } from "@fluentui/react-components";
import type { Failure } from "@teams-token-exchange/client/failure";
import { useEffect, useState } from "react";
import { AuthProvider, useAuth } from "./auth/AuthProvider.tsx";
import { Header } from "./cards/Header.tsx";
import { useTheme } from "./cards/use-theme.ts";
import { describePageFailure } from "./failure/page-failure.ts";
import type { Services } from "./services.ts";
import { FailureNotice } from "./step/FailureNotice.tsx";
import { Loaded, lazyPart } from "./step/Loaded.tsx";
import { Steps } from "./steps.tsx";

const EventLogPanel = lazyPart(
  () => import("./cards/EventLogPanel.tsx"),
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
    // A call needs the space for its videos. What is beside it stays as wide as before.
    "&:has([data-in-call])": { maxWidth: "1872px" },
    "& > section": { maxWidth: "760px", margin: "0 auto" },
  },
});

type Boot = { status: "booting" } | { status: "ready"; services: Services } | { status: "failed"; failure: Failure };

export interface AppProps {
  /** The first start. It begins before React renders, to save time. `boot` starts again after "Try again". */
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
      (error: unknown) => current && setState({ status: "failed", failure: describePageFailure(error) }),
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
    // When the user closes the page, leave the meeting immediately. Otherwise the participant stays until a timeout.
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
  // The results of one user must not stay for the next user, so a new key resets every step.
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
