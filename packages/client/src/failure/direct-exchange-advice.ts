// What Azure Communication Services says to a browser that exchanges with it directly, and what to do about it.
import type { Advice } from "./advice.ts";

const acs = "Azure Communication Services";

const refusals: Readonly<Record<number, Advice>> = {
  401: {
    title: `${acs} does not accept the Entra token`,
    cause: "It has expired, or it is of a tenant that the resource is not linked with.",
    advice: "Sign in again. If it stays, the operator checks the link between the resource and the tenant.",
    action: "sign-in",
  },
  403: {
    title: "This person is not assigned to the resource",
    cause:
      "Teams Phone Extensibility lets in only those who are assigned, through the client apps of their assignment.",
    advice: "Ask the operator for an assignment (npm run tpe -- assign), then try again.",
    action: "retry",
  },
};

/** The advice for a status; without one, no answer came. */
export function directExchangeAdvice(status: number | undefined): Advice {
  const known = status === undefined ? undefined : refusals[status];
  if (known !== undefined) return known;
  return {
    title: status === undefined ? `${acs} did not answer` : `${acs} failed`,
    cause: "The resource, or the network between this browser and it, has a problem.",
    advice: "Check that this device is online, then try again in a while.",
    action: "retry",
  };
}
