// Application_*Owner* and ServicePrincipal_*Owner*: users and service principals that own an object. The emulator only
// lists them; they have no more rights than others.
import type { EmulatorContext } from "../http/context.ts";
import type { Operation, OperationRequest } from "../http/operation.ts";
import { object, someText } from "../state/schema.ts";
import { findApplication, findServicePrincipal, principalOf, sameId } from "./directory-objects.ts";
import { badRequest, bodyOf, collection, type GraphCall, graphOperation, notFound } from "./graph-operation.ts";

const WRITE = ["Application.ReadWrite.All"];
const READ = [...WRITE, "Application.Read.All"];

/** The owners of the object in the path, and how to replace them. */
type OwnersOf = (
  context: EmulatorContext,
  request: OperationRequest,
  call: GraphCall,
) => { ids: readonly string[]; replace(ids: string[]): void };

const ownersOfApplication: OwnersOf = (context, request, call) => {
  const app = findApplication(context, request, call);
  const replace = (ids: string[]) => {
    app.owners = ids;
  };
  return { ids: app.owners ?? [], replace };
};

const ownersOfServicePrincipal: OwnersOf = (context, request, call) => {
  const { appId } = findServicePrincipal(context, request, call);
  const { tenant } = call;
  const replace = (ids: string[]) => {
    tenant.servicePrincipalOwners = { ...tenant.servicePrincipalOwners, [appId]: ids };
  };
  return { ids: tenant.servicePrincipalOwners?.[appId] ?? [], replace };
};

const reference = object("a reference", { "@odata.id": someText });
const referenceAddress = /\/(?:directoryObjects|users|servicePrincipals)(?:\/|\('?)([\w-]+)'?\)?$/i;

function add(context: EmulatorContext, request: OperationRequest, call: GraphCall, ownersOf: OwnersOf) {
  const { ids, replace } = ownersOf(context, request, call);
  const address = String(bodyOf(request, reference)["@odata.id"]);
  const [, id = ""] = referenceAddress.exec(address) ?? [];
  if (!URL.canParse(address) || !id) {
    throw badRequest(
      `Invalid value '${address}' for @odata.id: it must be ${request.origin}/v1.0/directoryObjects/<id>.`,
    );
  }
  const owner = principalOf(context.state, call.tenant, id);
  if (!owner) throw notFound();
  if (ids.includes(owner.id)) {
    throw badRequest(
      "One or more added object references already exist for the following modified properties: 'owners'.",
    );
  }
  replace([...ids, owner.id]);
  return { status: 204 };
}

function remove(context: EmulatorContext, request: OperationRequest, call: GraphCall, ownersOf: OwnersOf) {
  const { ids, replace } = ownersOf(context, request, call);
  const remaining = ids.filter((id) => !sameId(id, request.params["ownerId"] ?? ""));
  if (remaining.length === ids.length) throw notFound();
  replace(remaining);
  return { status: 204 };
}

function ownerOperations(kind: string, path: string, ownersOf: OwnersOf): Operation[] {
  return [
    graphOperation({
      name: `${kind}_ListOwner`,
      method: "GET",
      path: `${path}/:id/owners`,
      permissions: READ,
      countable: true,
      handle: (context, request, call) => {
        const { ids } = ownersOf(context, request, call);
        const owners = ids.flatMap((id) => principalOf(context.state, call.tenant, id)?.json ?? []);
        return collection(request, "directoryObjects", owners);
      },
    }),
    graphOperation({
      name: `${kind}_AddOwner`,
      method: "POST",
      path: `${path}/:id/owners/$ref`,
      permissions: WRITE,
      handle: (context, request, call) => add(context, request, call, ownersOf),
    }),
    graphOperation({
      name: `${kind}_RemoveOwner`,
      method: "DELETE",
      path: `${path}/:id/owners/:ownerId/$ref`,
      permissions: WRITE,
      handle: (context, request, call) => remove(context, request, call, ownersOf),
    }),
  ];
}

/** Paths under /applications/{id}/owners and /servicePrincipals/{id}/owners. */
export const owners: readonly Operation[] = [
  ...ownerOperations("Application", "/applications", ownersOfApplication),
  ...ownerOperations("ServicePrincipal", "/servicePrincipals", ownersOfServicePrincipal),
];
