// What to do when signing in fails, by Entra's AADSTS code. The library's message may hold names and addresses, so only the
// code is repeated.
import { type Destination, explainFailure, type ProxySettings } from "@teams-token-exchange/server/deployment";
import { Advice } from "../command/failures.ts";

const adviceOfCode: Readonly<Record<string, string>> = {
  "50020": "Sign in with an account of the tenant that --tenant or ENTRA_TENANT_ID names.",
  "65001": "An administrator must consent to the permissions of Microsoft Graph Command Line Tools first.",
  "65004": "Sign in again and accept the permissions.",
  "70016": "Type the code in time.",
  "70020": "The code has expired; run the command again.",
  "90002": "There is no such tenant. Check --tenant or ENTRA_TENANT_ID.",
  "90094": "An administrator must consent to these permissions. Have one run this command.",
  "700016": "The tenant does not know Microsoft Graph Command Line Tools. Use --sign-in cli after az login.",
  "53003": "Conditional access blocks the device code. Use --sign-in cli after az login.",
  "50199": "Run the command again and confirm the sign-in.",
};

/** The explanation of a failed connection: what failed, and what to do. */
export function unreachable(error: unknown, destination: Destination): Advice {
  const [what = "", ...next] = explainFailure(error, destination).split(". ");
  return new Advice(`${what}.`, `${next.join(". ")}.`, { cause: error });
}

/** Turns an error of @azure/identity into advice. @param proxy what the sign-in goes through */
export function adviceForSignIn(error: unknown, proxy: ProxySettings | undefined): Advice {
  if (error instanceof Advice) return error;
  const { message = "", name = "" } = error as { message?: string; name?: string };
  const code = /AADSTS(\d{4,7})/.exec(message)?.[1];
  if (code !== undefined) {
    return new Advice(
      `Entra ID refused the sign-in (AADSTS${code}).`,
      adviceOfCode[code] ?? "Look the code up in Microsoft's list of AADSTS codes.",
    );
  }
  if (name === "CredentialUnavailableError" || name === "AggregateAuthenticationError") {
    return new Advice("No credential was found on this machine.", "Run az login, or use --sign-in device.");
  }
  const setting = "ENTRA_AUTHORITY (or AZURE_AUTHORITY_HOST)";
  return unreachable(error, { attempt: "Cannot sign in at", host: "the authority", setting, proxy });
}
