// Explains failures before a call: loading the SDK, creating the agent, and devices. Source of the subcodes, unless marked:
// https://learn.microsoft.com/azure/communication-services/resources/troubleshooting/voice-video-calling/troubleshooting-codes
// and the pages "Failed to create CallAgent" and "Invalid or expired tokens" beside it.
import type { CallingService } from "@teams-token-exchange/client";
import { describeFailure, type Failure } from "@teams-token-exchange/client/failure";

/** The SDK could not be loaded. */
export class SdkNotLoadedError extends Error {
  override readonly name = "SdkNotLoadedError";
}

export type Explanation = Pick<Failure, "title" | "cause" | "advice" | "action">;

export const azure: CallingService = { kind: "azure" };

/** The service ended the connection because of its token. */
export const refusedTokenText: Explanation = {
  title: "The calling service refused the access token",
  cause: "The ACS access token has expired, or it was revoked. New access keys of the ACS resource revoke it too.",
  advice:
    "Try again: the page then exchanges your tokens again. If that is refused too, ask an administrator whether you may still call.",
  action: "retry",
};
export const unreachableEmulator: Explanation = {
  title: "The emulator cannot be reached",
  cause: "The emulated calling service did not respond.",
  advice: "Check that the emulator is running, then try again.",
  action: "retry",
};

const exchangeAgain = "Sign out, sign in again, and exchange the tokens again.";
const inScope: Explanation = {
  title: "The token does not allow calls",
  cause: "The ACS access token was issued without the scope voip.",
  advice: "Use the token that the exchange returns. It always allows calls.",
  action: "retry",
};
const notOfAcs: Explanation = {
  title: "The token lacks what calling needs",
  cause: "The ACS access token does not name its Azure Communication Services resource.",
  advice: "Check that the token comes from Azure Communication Services and is passed on unchanged.",
  action: "retry",
};
const agentTimeout: Explanation = {
  title: "Teams did not respond in time",
  cause: "The calling service was not ready before the SDK gave up.",
  advice:
    "Check the network, and that a firewall or proxy allows *.communication.microsoft.com and *.skype.com, then try again.",
  action: "retry",
};
const agentExists: Explanation = {
  title: "This user is already connected in this page",
  cause: "An earlier connection for the same user has not ended yet.",
  advice: "Wait a moment and try again, or reload the page.",
  action: "retry",
};

const noToken: Explanation = {
  title: "No token for the call",
  cause: "The SDK requested an access token and got none.",
  advice: "Exchange the tokens again, then try again.",
  action: "retry",
};
const badLink: Explanation = {
  title: "This meeting cannot be joined",
  cause: "The Calling SDK does not accept the link: it is incomplete, or it belongs to a personal meeting.",
  advice: "In the invitation to a work or school meeting, right-click “Join the meeting” and copy the link.",
  action: "retry",
};

const notAllowed: Explanation = {
  title: "Camera or microphone is not allowed",
  cause: "The browser or the operating system does not allow this page to use it.",
  advice: "Allow it in the browser's settings for this page, then try again.",
  action: "retry",
};
const noLongerRings: Explanation = {
  title: "The call does not ring any more",
  cause: "The caller gave up, or the call was answered on another device.",
  advice: "Call back.",
  action: "retry",
};

const bySubCode: Readonly<Record<number, Explanation>> = {
  40228: agentExists,
  40230: agentExists,
  40229: {
    title: "This is the token of a Teams user",
    cause: "An agent for ACS users was created with the token of a Teams user.",
    advice: "Create a Teams call agent instead (createTeamsCallAgent).",
    action: "retry",
  },
  40231: {
    title: "This is not the token of a Teams user",
    cause:
      "The access token belongs to an ACS user, or it is of another kind. Calls as a Teams user need an exchanged token.",
    advice: "Use the token that the exchange returns, unchanged. A token from the ACS user API cannot be used here.",
    action: "retry",
  },
  40235: {
    title: "The token has expired",
    cause: "The ACS access token is no longer valid.",
    advice: exchangeAgain,
    action: "retry",
  },
  40101: agentTimeout,
  40102: agentTimeout,
  40104: agentTimeout,
  40114: agentTimeout,
  40115: agentTimeout,
  40216: agentTimeout,
  40613: notAllowed,
  40614: notAllowed,
  41006: noLongerRings,
  43000: {
    title: "The camera is in use",
    cause: "Another program uses the camera.",
    advice: "Close the other program, or join without camera.",
    action: "retry",
  },
  43001: notAllowed,
  43013: {
    title: "There is no camera",
    cause: "The browser found no camera.",
    advice: "Connect a camera, or join without camera.",
    action: "retry",
  },
  43016: notAllowed,
  // Not documented.
  40210: badLink,
  // Not documented.
  40238: badLink,
  // Not documented.
  40202: {
    title: "You cannot call yourself",
    cause: "The object ID is the one of the signed-in user.",
    advice: "Enter the object ID of another user.",
    action: "retry",
  },
  44110: noToken,
  // Not documented, unlike 44114.
  44113: inScope,
  44114: inScope,
  // The next three are not documented.
  44115: notOfAcs,
  44116: notOfAcs,
  44117: notOfAcs,
  44214: {
    title: "A Teams user cannot use another name",
    cause: "A display name was set for the call, but Teams users always have their own name.",
    advice: "Set no display name.",
    action: "retry",
  },
};

const unexplained: Explanation = {
  title: "The Calling SDK reported an error",
  cause: "There is no explanation for this code yet.",
  advice: "Try again. If it keeps happening, look up the code in Microsoft's documentation.",
  action: "retry",
};

interface SdkError {
  readonly code: number;
  readonly subCode: number;
}

function isSdkError(error: unknown): error is SdkError {
  const candidate = error as Partial<Record<keyof SdkError, unknown>> | null;
  return typeof candidate?.code === "number" && typeof candidate.subCode === "number";
}

const fixed = (code: string, explanation: Explanation): Failure => ({ code, ...explanation, references: [] });

/** The failure of a connection that the service ended because of its token. */
export const refusedToken: Failure = fixed("invalidToken", refusedTokenText);

/** Explains any error that can happen before or during a call. */
export function describeCallingFailure(error: unknown, calling: CallingService = azure): Failure {
  if (error instanceof SdkNotLoadedError) {
    return fixed("calling-sdk-not-loaded", {
      title: "The Calling SDK could not be loaded",
      cause: "The page's server did not deliver it. Perhaps there is a new version of the page.",
      advice: "Try again. If that does not help, reload the page.",
      action: "retry",
    });
  }
  if (error instanceof Error && error.name === "NoAgentError") {
    return fixed("no-agent", {
      title: "The Calling SDK cannot read the token",
      cause: "The Calling SDK created no agent and gave no reason. It does so if the token has no tenant.",
      advice: "Look at the claims of the ACS access token above: it must have tid, acsScope and resourceId.",
      action: "retry",
    });
  }
  if (error instanceof DOMException && error.name === "NotAllowedError") {
    return fixed("NotAllowedError", notAllowed);
  }
  if (!isSdkError(error)) return describeFailure(error);
  const known = bySubCode[error.subCode] ?? unexplained;
  return fixed(
    `${error.code}/${error.subCode}`,
    known === agentTimeout && calling.kind === "emulator" ? unreachableEmulator : known,
  );
}
