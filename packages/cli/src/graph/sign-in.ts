// Signs the user in: by a code for another device, by the Azure CLI, or by any credential of this machine. The only file
// that imports @azure/identity.
import type { TokenCredential } from "@azure/core-auth";
import { AzureCliCredential, DefaultAzureCredential, DeviceCodeCredential } from "@azure/identity";
import { Option } from "commander";
import type { Environment } from "../command/environment.ts";
import { UsageError } from "../command/failures.ts";
import type { Outgoing } from "../command/outgoing.ts";
import { type Cloud, readCloud } from "./cloud.ts";

/** `device`: a code typed in a browser. `cli`: as `az login` left it. `existing`: environment, workload identity, CLI … */
const signInWays = ["device", "cli", "existing"] as const;
export type SignInWay = (typeof signInWays)[number];

/** The option by which a command lets its user choose. */
export const signInOption = (): Option =>
  new Option("--sign-in <way>", "device (a code in your browser), cli (the account of az login) or existing")
    .default("device")
    .argParser((text) => {
      const way = signInWays.find((name) => name === text);
      if (!way) throw new UsageError(`--sign-in must be one of ${signInWays.join(", ")}`);
      return way;
    });

/** Microsoft Graph Command Line Tools: Microsoft's own public client for such commands, known in every tenant. */
const commandLineClientId = "14d82eec-204b-4c2f-b7e8-296a70dab67e";

interface SignInOptions {
  readonly way: SignInWay;
  readonly cloud: Cloud;
  readonly tenantId: string;
  /** Shows the address and the code to enter there. */
  readonly say: (line: string) => void;
  readonly httpClient: Outgoing["httpClient"];
}

/** Microsoft's library for signing in takes only https, so the http address of an emulator will not do. */
export const needsHttpsToSignIn = (env: Environment): boolean => readCloud(env).signInAuthority.startsWith("http:");

/** The permissions that the user may be asked to consent to. The other ways use what their application was granted before. */
export const scopesFor = (way: SignInWay, cloud: Cloud, permissions: readonly string[]): string[] =>
  way === "device"
    ? permissions.map((permission) => `${cloud.graphResource}/${permission}`)
    : [`${cloud.graphResource}/.default`];

/** A credential. It does not prompt until the first token is requested. */
export function createSignIn({ way, cloud, tenantId, say, httpClient }: SignInOptions): TokenCredential {
  if (way === "cli") return new AzureCliCredential({ tenantId });
  const authorityHost = cloud.signInAuthority;
  // Instance discovery asks Microsoft's public cloud whether it knows the authority. Other authorities are not known there.
  const disableInstanceDiscovery = authorityHost !== "https://login.microsoftonline.com";
  const options = { tenantId, authorityHost, httpClient, disableInstanceDiscovery };
  if (way === "existing") return new DefaultAzureCredential(options);
  return new DeviceCodeCredential({
    ...options,
    clientId: commandLineClientId,
    userPromptCallback: ({ message }) => say(message),
  });
}
