// Retired APIs in use: by the packages that the installation declares, and by the permissions that the registrations ask for.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { Check, Examined, Finding } from "./check.ts";

interface Retirement {
  readonly id: string;
  readonly what: string;
  /** The last day, ISO 8601. */
  readonly lastDay: string;
  readonly remedy: string;
  /** Packages whose presence means that it is in use. */
  readonly packages: readonly string[];
  /** Resources (app ids) whose permissions mean that it is in use. */
  readonly resources: readonly string[];
}

/** ACS itself. Every deployment uses it, so only --verbose mentions it. */
export const acsRetirement = { what: "Azure Communication Services as a separate product", lastDay: "2028-09-30" };

/** By the vendor's announcements. */
const retirements: readonly Retirement[] = [
  {
    id: "retired-azure-ad-graph",
    what: "Azure AD Graph",
    lastDay: "2025-06-30",
    remedy:
      "Entra admin center → App registrations → API permissions: remove Azure Active Directory Graph; Microsoft Graph takes its place.",
    packages: [],
    resources: ["00000002-0000-0000-c000-000000000000"],
  },
  {
    id: "retired-adal",
    what: "the Azure AD Authentication Library (ADAL)",
    lastDay: "2023-06-30",
    remedy: "Replace the package with @azure/msal-browser or @azure/msal-node.",
    packages: ["adal-angular", "adal-node", "react-adal"],
    resources: [],
  },
  {
    id: "retired-acs-ui-library",
    what: "the Web UI Library of Azure Communication Services",
    lastDay: "2028-09-30",
    remedy:
      "Replace the package with @azure/communication-calling; docs/adr/0005-calling-sdk-without-ui-library.md describes how this client uses it.",
    packages: ["@azure/communication-react"],
    resources: [],
  },
  {
    id: "retired-acs-chat",
    what: "Chat and Rooms of Azure Communication Services",
    lastDay: "2028-09-30",
    remedy: "Use chats of Teams through Microsoft Graph instead.",
    packages: ["@azure/communication-chat", "@azure/communication-rooms"],
    resources: [],
  },
];

const dayMs = 24 * 60 * 60_000;

/** Days until the end of the last day; negative when it is over. */
export const daysLeft = (lastDay: string, nowMs: number): number =>
  Math.ceil((Date.parse(`${lastDay}T23:59:59Z`) - nowMs) / dayMs) - 1;

/** As a phrase for people. */
export function untilInWords(lastDay: string, nowMs: number): string {
  const days = daysLeft(lastDay, nowMs);
  return days < 0 ? `ended on ${lastDay}, ${-days} days ago` : `ends on ${lastDay}, in ${days} days`;
}

const manifest = z.object({
  workspaces: z.array(z.string()).default([]),
  dependencies: z.record(z.string(), z.string()).default({}),
  devDependencies: z.record(z.string(), z.string()).default({}),
});

function readManifest(folder: string): z.infer<typeof manifest> | undefined {
  const file = join(folder, "package.json");
  return existsSync(file) ? manifest.parse(JSON.parse(readFileSync(file, "utf8"))) : undefined;
}

/** Packages that the installation and its workspaces declare themselves. */
function declaredPackages(folder: string): Set<string> {
  const root = readManifest(folder);
  const manifests = [root, ...(root?.workspaces ?? []).map((workspace) => readManifest(join(folder, workspace)))];
  return new Set(
    manifests.flatMap((one) => (one ? [...Object.keys(one.dependencies), ...Object.keys(one.devDependencies)] : [])),
  );
}

function askedResources({ registrations }: Examined): Set<string> {
  const applications = [registrations?.api, ...(registrations?.clients ?? []).map(({ application }) => application)];
  return new Set(
    applications.flatMap((one) => one?.requiredResourceAccess.map(({ resourceAppId }) => resourceAppId) ?? []),
  );
}

const asFinding = ({ id, what, lastDay, remedy }: Retirement, nowMs: number): Finding => ({
  id,
  what: `In use: ${what}, which ${untilInWords(lastDay, nowMs)}.`,
  why: "After its last day it may stop without further notice.",
  remedy,
});

/** Retired APIs. */
export const retired: Check = {
  name: "retired-apis",
  needs: "nothing",
  run: (examined) => {
    const packages = declaredPackages(examined.folder);
    const resources = askedResources(examined);
    return retirements
      .filter((one) => one.packages.some((name) => packages.has(name)) || one.resources.some((id) => resources.has(id)))
      .map((one) => asFinding(one, examined.now()));
  },
};
