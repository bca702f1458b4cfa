// Turns any error into text for the user. This is a separate entry of the package, because the tables are large.
import type { AuthError } from "@azure/msal-browser";
import { DirectExchangeError } from "../direct-exchange-errors.ts";
import { NoAccountError } from "../entra-tokens.ts";
import { NetworkError, ProblemError, problemEntry, UnexpectedResponseError } from "../server-errors.ts";
import type { Advice } from "./advice.ts";
import { entraAdvice } from "./entra-advice.ts";
import { msalAdvice } from "./msal-advice.ts";

export type { Advice, AdviceLink, FailureAction } from "./advice.ts";

/** An ID with which someone can find the failure in a log. */
export interface FailureReference {
  readonly label: "Request ID" | "Trace ID" | "Correlation ID";
  readonly value: string;
}

/** A failure as an app can show it. It contains no token and no personal name. */
export interface Failure extends Advice {
  /** The stable code to search for: the name of a problem, an AADSTS code or a code of MSAL. */
  readonly code: string;
  readonly references: readonly FailureReference[];
  /** The error code of Azure Communication Services (ACS), if ACS refused. */
  readonly acsCode?: string;
  /** Seconds to wait before the next try. */
  readonly retryAfterSeconds?: number;
  /** The claims that the next interactive sign-in must ask for: pass them on as `claims`. */
  readonly claims?: string;
}

/**
 * Explains an error of this package or of MSAL: what happened, why, and what to do. It never returns the message of the
 * error, which can contain a name. An unknown error gets the code `client-error`.
 *
 * @example
 * ```ts
 * source.credential().catch((error) => {
 *   const { title, code, advice } = describeFailure(error);
 *   status.textContent = `${title} (${code}). ${advice}`;
 * });
 * ```
 */
export function describeFailure(error: unknown): Failure {
  if (error instanceof ProblemError) return fromProblem(error);
  if (isAuthError(error)) return fromMsal(error);
  if (error instanceof NetworkError) return { code: "network-error", references: [], ...serverUnreachable };
  if (error instanceof UnexpectedResponseError) return fromUnexpectedResponse(error);
  if (error instanceof DirectExchangeError) return fromDirectExchange(error);
  if (error instanceof NoAccountError) {
    return { code: "no_account_error", references: [], ...msalAdvice("no_account_error") };
  }
  return { code: "client-error", references: [], ...clientDefect };
}

const serverUnreachable: Advice = {
  title: "The exchange server did not respond",
  cause: "It is not running, or the network between this browser and the server is down.",
  advice: "Check that the server is running and that this device is online, then try again.",
  action: "retry",
};

const clientDefect: Advice = {
  title: "This page failed",
  cause: "The page itself has a defect.",
  advice: "Reload the page. If it happens again, report it with the steps that led here.",
  action: "retry",
};

function fromProblem(error: ProblemError): Failure {
  const entry = problemEntry(error.problem);
  return {
    code: error.problem,
    title: error.title,
    cause: entry?.when.replaceAll("`", "") ?? "The server reported a problem that this page does not know yet.",
    advice: error.detail,
    action: entry?.action ?? "retry",
    ...(entry?.link === undefined ? {} : { link: entry.link }),
    references: references(["Request ID", error.requestId]),
    ...(error.acsCode === undefined ? {} : { acsCode: error.acsCode }),
    ...(error.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: error.retryAfterSeconds }),
    ...(error.claims === undefined ? {} : { claims: error.claims }),
  };
}

function fromUnexpectedResponse(error: UnexpectedResponseError): Failure {
  return {
    code: `http-${error.status}`,
    title: "The response did not come from the exchange server",
    cause: `${error.path} returned status ${error.status} and a body that this server never sends. A proxy or another program may be listening at this address.`,
    advice: "Check the address of the exchange server, and that no proxy changes its responses.",
    action: "retry",
    references: references(["Request ID", error.requestId]),
  };
}

const acs = "Azure Communication Services";

const directRefusals: Readonly<Record<number, Advice>> = {
  401: {
    title: `${acs} does not accept the Entra token`,
    cause: "The token has expired, or it is from a tenant that is not linked with the resource.",
    advice:
      "Sign in again. If it keeps happening, ask the operator to check the link between the resource and the tenant.",
    action: "sign-in",
  },
  403: {
    title: "You are not assigned to the resource",
    cause: "Teams Phone Extensibility accepts only assigned users, and only through the client apps of the assignment.",
    advice: "Ask the operator for an assignment (teams-token-exchange assign), then try again.",
    action: "retry",
  },
};

function fromDirectExchange({ status, acsCode }: DirectExchangeError): Failure {
  const known = status === undefined ? undefined : directRefusals[status];
  return {
    code: status === undefined ? "acs-unreachable" : `acs-${status}`,
    ...(known ?? {
      title: status === undefined ? `${acs} did not respond` : `${acs} failed`,
      cause: "The resource has a problem, or the network between this browser and the resource.",
      advice: "Check that this device is online, then try again later.",
      action: "retry",
    }),
    references: [],
    ...(acsCode === undefined ? {} : { acsCode }),
  };
}

/** An error of any copy of MSAL. If it needs the user, it has the claims to ask for. */
type MsalError = Pick<AuthError, "errorCode" | "errorMessage" | "correlationId"> & { readonly claims?: string };

function isAuthError(error: unknown): error is MsalError {
  const { errorCode, errorMessage } = (error ?? {}) as Partial<Record<keyof MsalError, unknown>>;
  return error instanceof Error && typeof errorCode === "string" && typeof errorMessage === "string";
}

function fromMsal(error: MsalError): Failure {
  // The AADSTS code says more than the OAuth error that MSAL uses as its code. Only codes and IDs are taken from the
  // message, because it can contain the user's name.
  const aadsts = /AADSTS(\d{4,7})/.exec(error.errorMessage)?.[1];
  const code = aadsts === undefined ? error.errorCode : `AADSTS${aadsts}`;
  const traceId = /Trace ID: ([0-9a-f-]{8,64})/i.exec(error.errorMessage)?.[1];
  return {
    code,
    ...(aadsts === undefined ? msalAdvice(error.errorCode) : entraAdvice(aadsts)),
    references: references(["Trace ID", traceId], ["Correlation ID", error.correlationId]),
    ...(error.claims ? { claims: error.claims } : {}),
  };
}

function references(...candidates: [FailureReference["label"], string | undefined][]): FailureReference[] {
  return candidates.flatMap(([label, value]) => (value ? [{ label, value }] : []));
}

/**
 * The text for a *Copy details* button, one fact per line.
 *
 * @param step What the user was doing, such as `Sign in`.
 */
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
