// Step 1: the Teams user signs in.
import { Button, Spinner } from "@fluentui/react-components";
import { PersonRegular } from "@fluentui/react-icons";
import { useAuth } from "../auth/AuthProvider.tsx";
import type { AuthState } from "../auth/auth-state.ts";
import { FailureNotice } from "../step/FailureNotice.tsx";
import type { BadgeState } from "../step/StateBadge.tsx";
import { Actions, StepCard } from "../step/StepCard.tsx";

const title = "Sign in";

export function SignInCard({ adminConsentUrl }: { adminConsentUrl: string }) {
  const { state } = useAuth();
  return (
    <StepCard
      number={1}
      icon={<PersonRegular />}
      title={title}
      summary="Sign in as a Microsoft 365 user and allow this app to use Teams calling for you."
      state={badge(state)}
      enabled
    >
      <SignInContent adminConsentUrl={adminConsentUrl} />
    </StepCard>
  );
}

function SignInContent({ adminConsentUrl }: { adminConsentUrl: string }) {
  const { state, signIn, cancelSignIn } = useAuth();
  switch (state.status) {
    case "signed-out":
      return (
        <>
          {isSecondWindow() && (
            <p style={{ margin: 0 }}>This window is for another user: choose one who is not signed in elsewhere.</p>
          )}
          <SignInButtons appearance="primary" />
        </>
      );
    case "signing-in":
      return state.way === "redirect" ? (
        <Spinner size="tiny" label="Going to the sign-in page" labelPosition="after" />
      ) : (
        <Actions>
          <Spinner size="tiny" label="Waiting for the sign-in window" labelPosition="after" />
          <Button onClick={cancelSignIn}>Cancel</Button>
        </Actions>
      );
    case "sign-in-failed":
      return (
        <>
          <FailureNotice
            failure={state.failure}
            step={title}
            adminConsentUrl={adminConsentUrl}
            onAction={() => signIn(state.way)}
          />
          <SignInButtons appearance="secondary" />
        </>
      );
    case "signed-in":
    case "signing-out":
      return (
        <span>
          Signed in as {state.user.name} ({state.user.username}).
        </span>
      );
    default:
      return state satisfies never;
  }
}

/** The join card opens this page as `?account=other`. Anyone can make such a link, so it only adds a sentence. */
const isSecondWindow = () => new URLSearchParams(location.search).get("account") === "other";

function SignInButtons({ appearance }: { appearance: "primary" | "secondary" }) {
  const { signIn } = useAuth();
  return (
    <Actions>
      <Button appearance={appearance} onClick={() => signIn("redirect")}>
        Sign in
      </Button>
      <Button onClick={() => signIn("popup")}>Sign in in a pop-up window</Button>
    </Actions>
  );
}

function badge(state: AuthState): BadgeState {
  switch (state.status) {
    case "signed-out":
      return { status: "idle" };
    case "signing-in":
      return { status: "running" };
    case "sign-in-failed":
      return { status: "failed" };
    case "signed-in":
      return state.durationMs === undefined ? { status: "done" } : { status: "done", durationMs: state.durationMs };
    case "signing-out":
      return { status: "done" };
    default:
      return state satisfies never;
  }
}
