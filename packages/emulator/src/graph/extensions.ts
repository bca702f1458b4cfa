// OpenExtension_*: data that applications store with a user, at most two extensions.

import type { EmulatorContext } from "../http/context.ts";
import type { Operation, OperationRequest } from "../http/operation.ts";
import type { OpenExtension } from "../state/state.ts";
import {
  badRequest,
  bodyOf,
  collection,
  type GraphCall,
  GraphError,
  graphOperation,
  notFound,
  signedIn,
} from "./graph-operation.ts";

const LIMIT = 2;
const READ = ["User.Read", "User.ReadWrite"];
const WRITE = ["User.ReadWrite"];

function extensionsOf(context: EmulatorContext, call: GraphCall): OpenExtension[] {
  const { oid } = signedIn(call);
  const list = context.state.extensions.get(oid) ?? [];
  context.state.extensions.set(oid, list);
  return list;
}

function findExtension(context: EmulatorContext, request: OperationRequest, call: GraphCall): OpenExtension {
  const id = (request.params["name"] ?? "").replace(/^microsoft\.graph\.openTypeExtension\./, "");
  const extension = extensionsOf(context, call).find((candidate) => candidate.id === id);
  if (!extension) throw notFound();
  return extension;
}

const extensionJson = (extension: OpenExtension) => ({
  "@odata.type": "#microsoft.graph.openTypeExtension",
  ...extension,
});

function create(context: EmulatorContext, request: OperationRequest, call: GraphCall) {
  const { "@odata.type": _type, ...body } = bodyOf(request);
  const { extensionName } = body;
  if (typeof extensionName !== "string" || !extensionName) throw badRequest("extensionName is required.");
  const list = extensionsOf(context, call);
  if (list.some(({ id }) => id === extensionName)) {
    throw new GraphError(409, "Request_MultipleObjectsWithSameKeyValue", "An extension with this name already exists.");
  }
  if (list.length >= LIMIT) throw badRequest(`A user can have at most ${LIMIT} open extensions.`);
  const extension: OpenExtension = { ...body, id: extensionName, extensionName };
  list.push(extension);
  return { status: 201, body: extensionJson(extension) };
}

/** Paths under /me/extensions. */
export const extensions: readonly Operation[] = [
  graphOperation({
    name: "OpenExtension_List",
    method: "GET",
    path: "/me/extensions",
    permissions: READ,
    handle: (context, request, call) =>
      collection(request, `users('${signedIn(call).oid}')/extensions`, extensionsOf(context, call).map(extensionJson)),
  }),
  graphOperation({
    name: "OpenExtension_Create",
    method: "POST",
    path: "/me/extensions",
    permissions: WRITE,
    handle: create,
  }),
  graphOperation({
    name: "OpenExtension_Get",
    method: "GET",
    path: "/me/extensions/:name",
    permissions: READ,
    handle: (context, request, call) => ({ status: 200, body: extensionJson(findExtension(context, request, call)) }),
  }),
  graphOperation({
    name: "OpenExtension_Update",
    method: "PATCH",
    path: "/me/extensions/:name",
    permissions: WRITE,
    handle: (context, request, call) => {
      const extension = findExtension(context, request, call);
      const { id, extensionName } = extension;
      Object.assign(extension, bodyOf(request), { id, extensionName });
      return { status: 204 };
    },
  }),
  graphOperation({
    name: "OpenExtension_Delete",
    method: "DELETE",
    path: "/me/extensions/:name",
    permissions: WRITE,
    handle: (context, request, call) => {
      const list = extensionsOf(context, call);
      list.splice(list.indexOf(findExtension(context, request, call)), 1);
      return { status: 204 };
    },
  }),
];
