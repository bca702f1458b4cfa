// The way out of this machine: the CAs that are trusted, and whether a person can sign in over it.
import { trustExtraAuthorities } from "../../command/outgoing.ts";
import { needsHttpsToSignIn } from "../../graph/sign-in.ts";
import type { Check, Examined, Finding } from "./check.ts";

function run({ env, wantsSignIn }: Examined): Finding[] {
  const findings: Finding[] = [];
  const authorities = trustExtraAuthorities(env);
  if (authorities !== undefined) {
    findings.push({
      id: "extra-ca-unusable",
      what: authorities,
      why: "Connections to hosts with a certificate of that CA, or through a proxy that reads TLS, fail.",
      remedy: "Write the certificates of the CA in PEM form to a file that this user can read, and name that file.",
    });
  }
  if (wantsSignIn && needsHttpsToSignIn(env)) {
    findings.push({
      id: "sign-in-over-http",
      what: "Nobody can sign in at an http address, so the registrations were not checked.",
      why: "Microsoft's library for signing in takes only https.",
      remedy:
        "Start the emulator with --tls-port 9443; set AZURE_AUTHORITY_HOST=https://localhost:9443 and NODE_EXTRA_CA_CERTS to the CA file that it prints. Or leave the registrations out with --no-graph.",
    });
  }
  return findings;
}

/** The way out. */
export const network: Check = { name: "network", needs: "nothing", run };
