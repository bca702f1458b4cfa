// FederatedIdentityCredential_*: identity providers whose tokens an application can use to authenticate.
import { guid } from "../crypto/random-values.ts";
import type { EmulatorContext } from "../http/context.ts";
import type { Operation, OperationRequest } from "../http/operation.ts";
import { httpUri, list, nullable, object, optional, rule, someText, text, textLike } from "../state/schema.ts";
import type { FederatedCredential, Registration } from "../state/seed-types.ts";
import { findApplication, sameId } from "./directory-objects.ts";
import {
  badRequest,
  bodyOf,
  collection,
  type GraphCall,
  GraphError,
  graphOperation,
  notFound,
} from "./graph-operation.ts";
import { filtered } from "./query-options.ts";

const PATH = "/applications/:id/federatedIdentityCredentials";
const WRITE = ["Application.ReadWrite.All"];
const READ = [...WRITE, "Application.Read.All"];
const FILTERS = ["id", "name", "issuer", "subject"];
const LIMIT = 20;
const MAX_LENGTH = 600;

const shortText = rule(`a text of 1 to ${MAX_LENGTH} characters`, (value) => {
  return someText.problem(value, "") === undefined && String(value).length <= MAX_LENGTH;
});
const oneAudience = rule("a list with one audience", (value) => {
  return list(shortText, 1).problem(value, "") === undefined && (value as string[]).length === 1;
});
const members = { issuer: httpUri, subject: shortText, audiences: oneAudience, description: optional(nullable(text)) };
const name = textLike("3 to 120 letters, digits, '-' and '_'", /^[\w-]{3,120}$/);
const createSchema = object("a federated identity credential", { name, ...members });
const changeSchema = object("a federated identity credential", {
  // Terraform repeats the name in a change; it must be the same.
  name: optional(name),
  issuer: optional(members.issuer),
  subject: optional(members.subject),
  audiences: optional(members.audiences),
  description: members.description,
});

type NewCredential = Omit<FederatedCredential, "id">;

const json = ({ description = null, ...credential }: FederatedCredential) => ({ ...credential, description });

/** @throws GraphError 400 if another credential has the same issuer and subject */
function checkUnique(others: readonly FederatedCredential[], { issuer, subject }: NewCredential): void {
  if (!others.some((other) => other.issuer === issuer && other.subject === subject)) return;
  const message = `The combination of issuer and subject must be unique for the application. Issuer ${issuer} and Subject: ${subject} already exist. paramName: FederatedIdentityCredential.Subject, paramValue: ${subject}, objectType: Microsoft.Online.DirectoryServices.Application`;
  throw new GraphError(400, "InvalidFederatedIdentityCredentialValue", message);
}

function create(context: EmulatorContext, request: OperationRequest, call: GraphCall) {
  const app = findApplication(context, request, call);
  const wanted = bodyOf(request, createSchema) as unknown as NewCredential;
  const existing = app.federatedCredentials ?? [];
  if (existing.some((one) => sameId(one.name, wanted.name))) {
    const message = `FederatedIdentityCredential with name ${wanted.name} already exists.`;
    throw new GraphError(409, "Request_MultipleObjectsWithSameKeyValue", message);
  }
  checkUnique(existing, wanted);
  if (existing.length >= LIMIT)
    throw badRequest(`An application can have at most ${LIMIT} federated identity credentials.`);
  const credential = { id: guid(), ...wanted };
  app.federatedCredentials = [...existing, credential];
  return { status: 201, asked: app.displayName, body: json(credential) };
}

/** @throws GraphError 404 */
function find(context: EmulatorContext, request: OperationRequest, call: GraphCall) {
  const app: Registration = findApplication(context, request, call);
  const key = request.params["credential"] ?? "";
  const credential = (app.federatedCredentials ?? []).find((one) => [one.id, one.name].some((id) => sameId(id, key)));
  if (!credential) throw notFound();
  return { app, credential, others: (app.federatedCredentials ?? []).filter((one) => one !== credential) };
}

function update(context: EmulatorContext, request: OperationRequest, call: GraphCall) {
  const { credential, others } = find(context, request, call);
  const changes = bodyOf(request, changeSchema) as Partial<NewCredential>;
  if (changes.name !== undefined && changes.name !== credential.name) throw badRequest("The name cannot be changed.");
  checkUnique(others, { ...credential, ...changes });
  Object.assign(credential, changes);
  return { status: 204 };
}

/** Paths under /applications/{id}/federatedIdentityCredentials. */
export const federatedCredentials: readonly Operation[] = [
  graphOperation({
    name: "FederatedIdentityCredential_List",
    method: "GET",
    path: PATH,
    permissions: READ,
    filters: FILTERS,
    handle: (context, request, call) => {
      const all = (findApplication(context, request, call).federatedCredentials ?? []).map(json);
      const path = `applications('${request.params["id"]}')/federatedIdentityCredentials`;
      return collection(request, path, filtered(request, FILTERS, all));
    },
  }),
  graphOperation({
    name: "FederatedIdentityCredential_Create",
    method: "POST",
    path: PATH,
    permissions: WRITE,
    handle: create,
  }),
  graphOperation({
    name: "FederatedIdentityCredential_Get",
    method: "GET",
    path: `${PATH}/:credential`,
    permissions: READ,
    handle: (context, request, call) => ({ status: 200, body: json(find(context, request, call).credential) }),
  }),
  graphOperation({
    name: "FederatedIdentityCredential_Update",
    method: "PATCH",
    path: `${PATH}/:credential`,
    permissions: WRITE,
    handle: update,
  }),
  graphOperation({
    name: "FederatedIdentityCredential_Delete",
    method: "DELETE",
    path: `${PATH}/:credential`,
    permissions: WRITE,
    handle: (context, request, call) => {
      const { app, others } = find(context, request, call);
      app.federatedCredentials = others;
      return { status: 204 };
    },
  }),
];
