// TeamsExtensionAssignment_Get, _CreateOrUpdate and _Delete: the users and resource accounts that may use Teams Phone
// extensibility on the resource.

import type { EmulatorContext } from "../http/context.ts";
import { type Answer, jsonObjectOf, type Operation, type OperationRequest } from "../http/operation.ts";
import type { TeamsExtensionAssignment } from "../state/state.ts";
import { AcsError, validationError } from "./acs-error.ts";
import { type AcsCall, acsOperation, since } from "./acs-operation.ts";

const PATH = "/access/teamsExtension/tenants/:tenantId/assignments/:objectId";
const versions = since("2025-03-02-preview");

/** The key of an assignment, which belongs to one resource. */
export const assignmentKey = (resourceId: string, tenantId: string, objectId: string): string =>
  [resourceId, tenantId, objectId].join(" ").toLowerCase();

const keyOf = (request: OperationRequest, { caller }: AcsCall): string =>
  assignmentKey(caller.resource.id, request.params["tenantId"] ?? "", request.params["objectId"] ?? "");

const notFound = (): AcsError => new AcsError(404, "NotFound", "Assignment not found.", { invented: true });

function readAssignment(request: OperationRequest): TeamsExtensionAssignment {
  const body = jsonObjectOf(request);
  const principalType = body?.["principalType"];
  if (principalType !== "user" && principalType !== "resourceAccount") {
    const message = "principalType must be user or resourceAccount.";
    throw new AcsError(400, "ValidationError", message, { target: "principalType", invented: true });
  }
  const clientIds = body?.["clientIds"];
  if (clientIds !== undefined && !(Array.isArray(clientIds) && clientIds.every((id) => typeof id === "string"))) {
    throw validationError("clientIds must be a list of client ids.", "clientIds");
  }
  const { tenantId = "", objectId = "" } = request.params;
  return { objectId, tenantId, principalType, ...(clientIds === undefined ? {} : { clientIds }) };
}

function put(context: EmulatorContext, request: OperationRequest, call: AcsCall): Answer {
  const assignment = readAssignment(request);
  const key = keyOf(request, call);
  const status = context.state.assignments.has(key) ? 200 : 201;
  context.state.assignments.set(key, assignment);
  return { status, body: assignment };
}

/** The three operations of one path. */
export const teamsExtensionAssignments: readonly Operation[] = [
  acsOperation({
    name: "TeamsExtensionAssignment_Get",
    method: "GET",
    path: PATH,
    versions,
    handle: (context, request, call) => {
      const assignment = context.state.assignments.get(keyOf(request, call));
      if (!assignment) throw notFound();
      return { status: 200, body: assignment };
    },
  }),
  acsOperation({ name: "TeamsExtensionAssignment_CreateOrUpdate", method: "PUT", path: PATH, versions, handle: put }),
  acsOperation({
    name: "TeamsExtensionAssignment_Delete",
    method: "DELETE",
    path: PATH,
    versions,
    handle: (context, request, call) => {
      context.state.assignments.delete(keyOf(request, call));
      return { status: 204 };
    },
  }),
];
