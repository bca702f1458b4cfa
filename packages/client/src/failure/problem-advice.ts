// The server's problems: why each happens, seen from this page, and which button helps. What to do is the problem's
// own `detail`, so it is not repeated here.
import { type Advice, type AdviceLink, docs, type FailureAction } from "./advice.ts";

type ProblemAdvice = Pick<Advice, "cause" | "action"> & { readonly link?: AdviceLink };

const entry = (cause: string, action: FailureAction = "retry", link?: AdviceLink): ProblemAdvice => ({
  cause,
  action,
  ...(link === undefined ? {} : { link }),
});

const acs = "Azure Communication Services";

const problems: Readonly<Record<string, ProblemAdvice>> = {
  "caller-token-missing": entry("The request reached the server without its access token.", "sign-in"),
  "caller-token-invalid": entry(
    "The server does not accept the access token: it may be expired, of another tenant, or for another API.",
    "sign-in",
  ),
  "insufficient-claims": entry(
    "Entra ID wants more proof before this API may be used, such as a second factor.",
    "sign-in",
  ),
  "claims-challenge-not-understood": entry(
    "The server wants more proof, but this client's tokens do not say that it can be asked for any.",
    "sign-in",
  ),
  "caller-denied": entry("The operator of the server has denied this user, client app or tenant.", "other-user"),
  "rate-limited": entry("More requests came from this user or this address than the server allows in a minute."),
  "quota-exhausted": entry("All exchanges that the server may make in 30 seconds are spent."),
  "scope-missing": entry("The access token was issued without the permission access_as_user.", "grant-consent"),
  "client-not-allowed": entry("The server's list of client apps does not hold this one."),
  "teams-token-missing": entry("The request reached the server without the Teams token."),
  "teams-token-malformed": entry("The Teams token is not in a form that tokens have."),
  "teams-token-expired": entry("The Teams token's lifetime is over, or a clock is wrong."),
  "teams-token-expiring": entry("The Teams token has under 10 minutes left, so the ACS token would too."),
  "teams-token-wrong-audience": entry("The token that was sent as the Teams token is for another resource."),
  "teams-tokens-differ": entry("Two different Teams tokens were sent in one request."),
  "teams-token-other-user": entry("The two tokens are of two different users.", "sign-in"),
  "teams-token-other-tenant": entry("The two tokens are of two different tenants.", "sign-in"),
  "teams-token-other-client": entry("The two tokens were issued to two different client apps.", "sign-in"),
  "teams-token-scope-missing": entry("The Teams token lacks Teams.ManageCalls or Teams.ManageChats.", "grant-consent", {
    to: "admin-consent",
  }),
  "teams-token-rejected": entry(
    `${acs} judged the Teams token and said no. Most often the user has no eligible Teams licence.`,
    "other-user",
    docs("https://learn.microsoft.com/azure/communication-services/quickstarts/eligible-teams-licenses"),
  ),
  "upstream-busy": entry(`${acs} limits how many exchanges a resource may do in 30 seconds, and the limit is reached.`),
  "upstream-unavailable": entry(`The server cannot reach ${acs}, or it failed.`),
  "upstream-tls": entry(`The server does not trust the connection to ${acs}.`),
  "upstream-bad-response": entry(`The server got an answer from ${acs} that is no token.`),
  "upstream-timeout": entry(`${acs} did not answer the server within its deadline.`),
  "server-misconfigured": entry(`${acs} refused the server's own access key.`),
  "signing-keys-unavailable": entry("The server could not fetch the keys that it checks tokens with."),
  overloaded: entry("The server has more to do than it can."),
  "request-invalid": entry("The server did not understand the request; page and server may be of different versions."),
  "internal-error": entry("A defect of the server."),
};

/** Why a problem happens and which button helps. */
export function problemAdvice(problem: string): ProblemAdvice {
  return problems[problem] ?? entry("The server reported a problem that this page does not know yet.");
}
