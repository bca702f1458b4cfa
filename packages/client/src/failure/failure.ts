// What a person is told about a failure, whatever failed. The one place that turns thrown things into words.
import type { AuthError } from "@azure/msal-browser";
import { NetworkError, UnexpectedResponseError } from "../api/fetch-json.ts";
import { ProblemError } from "../api/problem.ts";
import { NoAccountError } from "../auth/acquire-token.ts";
import { DirectExchangeError } from "../teams-token/direct-exchange-error.ts";
import type { Advice, FailureAction } from "./advice.ts";
import { directExchangeAdvice } from "./direct-exchange-advice.ts";
import { entraAdvice } from "./entra-advice.ts";
import { msalAdvice } from "./msal-advice.ts";
import { PartNotLoadedError } from "./part-not-loaded.ts";
import { problemAdvice } from "./problem-advice.ts";

export type { FailureAction } from "./advice.ts";

/** An id that finds the failure in someone's log. */
export interface FailureReference {
  readonly label: "Request id" | "Trace id" | "Correlation id";
  readonly value: string;
}

/** A failure as the page shows it. It holds no token and no personal name. */
export interface Failure extends Advice {
  /** The stable code to search for: a problem's name, an AADSTS code or one of MSAL's. */
  readonly code: string;
  readonly references: readonly FailureReference[];
  /** The code of Azure Communication Services, where it was ACS that refused. */
  readonly acsCode?: string;
  readonly retryAfterSeconds?: number;
  /** The claims that the next interactive sign-in must ask for. */
  readonly claims?: string;
}

/** Turns anything thrown into what the page shows. Unknown codes get an honest general text, never a raw message. */
export function describeFailure(error: unknown): Failure {
  if (error instanceof ProblemError) return fromProblem(error);
  if (isAuthError(error)) return fromMsal(error);
  if (error instanceof NetworkError) {
    return { code: "network-error", references: [], ...serverUnreachable };
  }
  if (error instanceof UnexpectedResponseError) return fromUnexpectedResponse(error);
  if (error instanceof DirectExchangeError) return fromDirectExchange(error);
  if (error instanceof NoAccountError) {
    return { code: "no_account_error", references: [], ...msalAdvice("no_account_error") };
  }
  if (error instanceof PartNotLoadedError) {
    return { code: "part-not-loaded", references: [], ...partNotLoaded };
  }
  return { code: "client-error", references: [], ...clientDefect };
}

const serverUnreachable: Advice = {
  title: "The exchange server did not answer",
  cause: "It is not running, or the network between this browser and it is down.",
  advice: "Check that the server runs and that this device is online, then try again.",
  action: "retry",
};

const partNotLoaded: Advice = {
  title: "A part of this page could not be loaded",
  cause: "The page's own server did not deliver it; a new version may have been put there meanwhile.",
  advice: "Try again. If that does not help, reload the page.",
  action: "retry",
};

const clientDefect: Advice = {
  title: "This page failed",
  cause: "A defect of the page itself.",
  advice: "Reload the page. If it happens again, report it with the steps that led here.",
  action: "retry",
};

function fromUnexpectedResponse(error: UnexpectedResponseError): Failure {
  return {
    code: `http-${error.status}`,
    title: "The answer did not come from the exchange server",
    cause: `${error.path} answered with status ${error.status} and something that this server never sends; a proxy or another program may listen at its address.`,
    advice: "Check that this page was loaded from the exchange server and that nothing in between changes its answers.",
    action: "retry",
    references: references(["Request id", error.requestId]),
  };
}

function fromDirectExchange({ status, acsCode }: DirectExchangeError): Failure {
  return {
    code: status === undefined ? "acs-unreachable" : `acs-${status}`,
    ...directExchangeAdvice(status),
    references: [],
    ...(acsCode === undefined ? {} : { acsCode }),
  };
}

function fromProblem(error: ProblemError): Failure {
  const { cause, action, link } = problemAdvice(error.problem);
  return {
    code: error.problem,
    title: error.title,
    cause,
    // The server's catalogue says what to do; saying it here again would be one truth in two places.
    advice: error.detail,
    action,
    ...(link === undefined ? {} : { link }),
    references: references(["Request id", error.requestId]),
    ...(error.acsCode === undefined ? {} : { acsCode: error.acsCode }),
    ...(error.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: error.retryAfterSeconds }),
    ...(error.claims === undefined ? {} : { claims: error.claims }),
  };
}

/** MSAL's error, of whichever copy of MSAL; one that wants the person carries the claims to ask for. */
type MsalError = Pick<AuthError, "errorCode" | "errorMessage" | "correlationId"> & { readonly claims?: string };

function isAuthError(error: unknown): error is MsalError {
  const { errorCode, errorMessage } = (error ?? {}) as Partial<Record<keyof MsalError, unknown>>;
  return error instanceof Error && typeof errorCode === "string" && typeof errorMessage === "string";
}

function fromMsal(error: MsalError): Failure {
  // Entra ID's own code says more than the OAuth error that MSAL takes for the code. Only the codes are taken from the
  // message: it may hold the name of the user.
  const aadsts = /AADSTS(\d{4,7})/.exec(error.errorMessage)?.[1];
  const code = aadsts === undefined ? error.errorCode : `AADSTS${aadsts}`;
  const traceId = /Trace ID: ([0-9a-f-]{8,64})/i.exec(error.errorMessage)?.[1];
  return {
    code,
    ...(aadsts === undefined ? msalAdvice(error.errorCode) : entraAdvice(aadsts)),
    references: references(["Trace id", traceId], ["Correlation id", error.correlationId]),
    ...(error.claims ? { claims: error.claims } : {}),
  };
}

function references(...candidates: [FailureReference["label"], string | undefined][]): FailureReference[] {
  return candidates.flatMap(([label, value]) => (value ? [{ label, value }] : []));
}

/** The text that "Copy details" puts on the clipboard. */
export function failureDetails(failure: Failure, step: string): string {
  const lines = [
    `Step: ${step}`,
    `Code: ${failure.code}`,
    ...(failure.acsCode === undefined ? [] : [`ACS code: ${failure.acsCode}`]),
    `Title: ${failure.title}`,
    `Cause: ${failure.cause}`,
    ...failure.references.map(({ label, value }) => `${label}: ${value}`),
  ];
  return lines.join("\n");
}

/** The words on the one button of a failure. */
export const actionLabel: Readonly<Record<FailureAction, string>> = {
  retry: "Try again",
  "sign-in": "Sign in again",
  "grant-consent": "Grant consent",
  "other-user": "Sign out and switch user",
};
