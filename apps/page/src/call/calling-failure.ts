// Failures on the way into a call: loading the SDK, creating the agent, devices. Anything else is failure/'s.
import { describeFailure, type Failure } from "../failure/failure.ts";

/** The SDK could not be loaded. */
export class SdkNotLoadedError extends Error {
  override readonly name = "SdkNotLoadedError";
}

type Words = Pick<Failure, "title" | "cause" | "advice" | "action">;

const exchangeAgain = "Sign out, sign in again and exchange the tokens anew.";
const inScope: Words = {
  title: "The token does not allow calls",
  cause: "The ACS access token was issued without the scope voip.",
  advice: "The exchange server must ask for a token of a Teams user; those always allow calls.",
  action: "retry",
};
const notOfAcs: Words = {
  title: "The token lacks what calling needs",
  cause: "The ACS access token does not name its Azure Communication Services resource.",
  advice: "Check that the token comes from Azure Communication Services and is passed on unchanged.",
  action: "retry",
};
const agentTimeout: Words = {
  title: "Teams did not answer in time",
  cause: "The calling service was not ready before the SDK gave up.",
  advice:
    "Check the network, and that a firewall or proxy lets *.communication.microsoft.com and *.skype.com through, then try again.",
  action: "retry",
};
const agentExists: Words = {
  title: "This user is already connected in this page",
  cause: "An earlier connection for the same user has not ended yet.",
  advice: "Wait a moment and try again, or reload the page.",
  action: "retry",
};

const noToken: Words = {
  title: "No token for the call",
  cause: "The SDK asked for an access token and got none.",
  advice: "Exchange the tokens again, then try again.",
  action: "retry",
};
const badLink: Words = {
  title: "This meeting cannot be joined",
  cause: "The Calling SDK does not take the link: it is incomplete, or leads to a personal meeting.",
  advice: "Copy the link behind “Join the meeting” of a work or school meeting.",
  action: "retry",
};

const bySubCode: Readonly<Record<number, Words>> = {
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
    cause: "The access token is one of an ACS user, or of another kind; calls as a Teams user need an exchanged token.",
    advice: "Use the token that the exchange returns, unchanged. A token from the ACS user API cannot be used here.",
    action: "retry",
  },
  40234: {
    title: "The token has expired",
    cause: "The ACS access token's lifetime is over.",
    advice: exchangeAgain,
    action: "retry",
  },
  40235: {
    title: "The token has expired",
    cause: "The ACS access token's lifetime is over.",
    advice: exchangeAgain,
    action: "retry",
  },
  40104: agentTimeout,
  40114: agentTimeout,
  40208: agentTimeout,
  40210: badLink,
  40216: agentTimeout,
  40232: noToken,
  40238: badLink,
  40202: {
    title: "You cannot call yourself",
    cause: "The object id is that of the signed-in user.",
    advice: "Enter the object id of another user.",
    action: "retry",
  },
  44110: noToken,
  44113: inScope,
  44114: inScope,
  44115: notOfAcs,
  44116: notOfAcs,
  44117: notOfAcs,
  44214: {
    title: "A Teams user has no other name",
    cause: "A display name was set for the call; Teams users are shown with their own.",
    advice: "Set no display name.",
    action: "retry",
  },
};

interface SdkError {
  readonly code: number;
  readonly subCode: number;
}

function isSdkError(error: unknown): error is SdkError {
  const candidate = error as Partial<Record<keyof SdkError, unknown>> | null;
  return typeof candidate?.code === "number" && typeof candidate.subCode === "number";
}

const fixed = (code: string, words: Words): Failure => ({ code, ...words, references: [] });

/** Turns anything thrown on the way into a call into what the page shows. */
export function describeCallingFailure(error: unknown): Failure {
  if (error instanceof SdkNotLoadedError) {
    return fixed("calling-sdk-not-loaded", {
      title: "The calling SDK could not be loaded",
      cause: "The page's own server did not deliver it; a new version may have been put there meanwhile.",
      advice: "Try again. If that does not help, reload the page.",
      action: "retry",
    });
  }
  if (error instanceof Error && error.name === "NoAgentError") {
    return fixed("no-agent", {
      title: "The token was not understood",
      cause: "The Calling SDK made no agent of it and gave no reason, as it does when the token names no tenant.",
      advice: "Look at the claims of the ACS access token above: tid, acsScope and resourceId must be there.",
      action: "retry",
    });
  }
  if (error instanceof DOMException && error.name === "NotAllowedError") {
    return fixed("NotAllowedError", {
      title: "Camera or microphone is not allowed",
      cause: "The browser or the system does not let this page use it.",
      advice: "Allow it in the browser's settings for this page, then try again.",
      action: "retry",
    });
  }
  if (!isSdkError(error)) return describeFailure(error);
  return fixed(
    `${error.code}/${error.subCode}`,
    bySubCode[error.subCode] ?? {
      title: "The Calling SDK reported an error",
      cause: "It gave a code that this page has no words for.",
      advice: "Try again. If it stays, look the code up at Microsoft.",
      action: "retry",
    },
  );
}
