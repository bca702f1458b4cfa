// The only file that talks to @azure/identity: signs the person in, by a code for another device, by the Azure CLI, or by
// whatever credential this machine has.
import type { TokenCredential } from "@azure/core-auth";
import { AzureCliCredential, DefaultAzureCredential, DeviceCodeCredential } from "@azure/identity";
import type { Cloud } from "./cloud.ts";

/** `device`: a code typed in a browser. `cli`: as `az login` left it. `existing`: environment, workload identity, CLI … */
export const signInWays = ["device", "cli", "existing"] as const;
export type SignInWay = (typeof signInWays)[number];

/** Microsoft Graph Command Line Tools: Microsoft's own public client for such commands, known in every tenant. */
const commandLineClientId = "14d82eec-204b-4c2f-b7e8-296a70dab67e";

interface SignInOptions {
  readonly way: SignInWay;
  readonly cloud: Cloud;
  readonly tenantId: string;
  /** Shows where to type which code. */
  readonly say: (line: string) => void;
}

/** What the person may be asked to consent to; the other ways bring what their application was granted before. */
export const scopesFor = (way: SignInWay, cloud: Cloud, permissions: readonly string[]): string[] =>
  way === "device"
    ? permissions.map((permission) => `${cloud.graphResource}/${permission}`)
    : [`${cloud.graphResource}/.default`];

/** A credential; nobody is asked before the first token is. */
export function createSignIn({ way, cloud, tenantId, say }: SignInOptions): TokenCredential {
  if (way === "cli") return new AzureCliCredential({ tenantId });
  const authorityHost = cloud.signInAuthority;
  if (way === "existing") return new DefaultAzureCredential({ tenantId, authorityHost });
  return new DeviceCodeCredential({
    ...{ tenantId, authorityHost, clientId: commandLineClientId },
    // Instance discovery asks Microsoft's public cloud whether an authority is one of its own; only that cloud's need it.
    disableInstanceDiscovery: authorityHost !== "https://login.microsoftonline.com",
    userPromptCallback: ({ message }) => say(message),
  });
}
