// The words of `npm run tpe`, as a pure function of its arguments.

import { accept, type Result, refuse } from "@teams-token-exchange/rules";
import { z } from "zod";
import type { Assignee, Assignment } from "../acs/assignments.ts";

/** What was asked for. */
export type TpeCommand =
  | { readonly action: "assign"; readonly assignment: Assignment }
  | { readonly action: "list"; readonly assignees: readonly Assignee[] }
  | { readonly action: "remove"; readonly assignee: Assignee };

export type TpeCommandRefusal =
  | "what to do is missing: assign, list or remove"
  | "who is missing: <tenantId> <objectId>, each a GUID (assign: user or resourceAccount before them)"
  | "--clients takes client ids, GUIDs, comma separated"
  | "there is an option that this command does not know";

export const tpeUsage = `Usage: npm run tpe -- assign user|resourceAccount <tenantId> <objectId> [--clients <clientId>,…]
       npm run tpe -- list <tenantId> <objectId> …
       npm run tpe -- remove <tenantId> <objectId>

ACS keeps assignments by object and cannot list those of a tenant, so list wants to know whose.
The settings of the server are read from the environment or .env.`;

const guid = z.guid().toLowerCase();
const missingWho: TpeCommandRefusal =
  "who is missing: <tenantId> <objectId>, each a GUID (assign: user or resourceAccount before them)";

/** The one option, as `--clients ids` or `--clients=ids`, anywhere; the rest in order. */
function split(words: readonly string[]): { rest: string[]; clients?: string; unknown: boolean } {
  const flat = words.flatMap((word) => (word.startsWith("--") ? word.split(/=(.*)/s).slice(0, 2) : [word]));
  const at = flat.indexOf("--clients");
  const rest = flat.filter((_, i) => at < 0 || (i !== at && i !== at + 1));
  const unknown = rest.some((word) => word.startsWith("--"));
  return { rest, unknown, ...(at >= 0 && { clients: flat[at + 1] ?? "" }) };
}

function readAssignees([tenantId, ...objectIds]: readonly string[]): Assignee[] | undefined {
  const tenant = guid.safeParse(tenantId);
  const objects = z.array(guid).min(1).safeParse(objectIds);
  if (!tenant.success || !objects.success) return undefined;
  return objects.data.map((objectId) => ({ tenantId: tenant.data, objectId }));
}

function readAssign(words: readonly string[], clients: string | undefined): Result<TpeCommand, TpeCommandRefusal> {
  const [kind, ...who] = words;
  const principalType = z.enum(["user", "resourceAccount"]).safeParse(kind);
  const [assignee, ...others] = readAssignees(who) ?? [];
  if (!principalType.success || !assignee || others.length > 0) return refuse(missingWho);
  const clientIds = clients === undefined ? undefined : z.array(guid).min(1).safeParse(clients.split(","));
  if (clientIds && !clientIds.success) return refuse("--clients takes client ids, GUIDs, comma separated");
  const limited = clientIds && { clientIds: clientIds.data };
  return accept({ action: "assign", assignment: { ...assignee, principalType: principalType.data, ...limited } });
}

/** Reads the arguments behind `npm run tpe --`. */
export function readTpeCommand(words: readonly string[]): Result<TpeCommand, TpeCommandRefusal> {
  const { rest, clients, unknown } = split(words);
  const [action, ...who] = rest;
  if (unknown || (clients !== undefined && action !== "assign")) {
    return refuse("there is an option that this command does not know");
  }
  if (action === "assign") return readAssign(who, clients);
  if (action !== "list" && action !== "remove") return refuse("what to do is missing: assign, list or remove");
  const assignees = readAssignees(who);
  const [assignee, ...others] = assignees ?? [];
  if (!assignees || !assignee || (action === "remove" && others.length > 0)) return refuse(missingWho);
  return accept(action === "list" ? { action, assignees } : { action, assignee });
}

/** An assignment as a line for a person. */
export function assignmentInWords({ principalType, tenantId, objectId, clientIds }: Assignment): string {
  const clients = clientIds ? `with ${clientIds.join(", ")}` : "with any client";
  return `${principalType} ${tenantId} ${objectId} is assigned, ${clients}.`;
}
