// What to do when signing in fails, by Entra's AADSTS code. The library's message may hold names and addresses, so only the
// code is repeated.
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

/** Turns an error of @azure/identity into advice. */
export function adviceForSignIn(error: unknown): Advice {
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
  return new Advice(
    "Signing in did not work: the authority cannot be reached or its certificate is not trusted.",
    "Check the network, the proxy, ENTRA_AUTHORITY and AZURE_AUTHORITY_HOST; for a certificate of your own, NODE_EXTRA_CA_CERTS.",
  );
}
