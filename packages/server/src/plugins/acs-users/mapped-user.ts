// One ACS user for each user of Entra. ACS and the store cannot change together, so every change is written down before it is
// made: first the intent with a key, then the ACS user of that key, then the confirmation. The next request
// after a crash finds the intent and continues. Making the user of a key twice gives the same user, so no user is orphaned.
import type { AcsOutcome, AcsToken } from "../../acs/acs-failure.ts";
import { Problem } from "../../problems/problem.ts";
import { isUnknownUser } from "./acs-users-client.ts";
import { problemOfUserFailure } from "./failure-problems.ts";
import type { MadeUser, Mapping, MappingOwner, MappingStore } from "./mappings/mapping-store.ts";
import type { ResilientUsers } from "./resilient-users.ts";

export interface MappedUserContext {
  users: ResilientUsers;
  store: MappingStore;
  /** Makes a new key for a mapping; it must say nothing about the user, because ACS keeps it. */
  newKey: () => string;
}

/** Others may change the mapping in between; after so many rounds the caller shall come again. */
const maxRounds = 5;

function orProblem<Value>(outcome: AcsOutcome<Value>): Value {
  if (outcome.ok) return outcome.value;
  throw problemOfUserFailure(outcome);
}

/** The ACS user of the mapping. Undefined if there is none, or it is being deleted. */
export async function findMappedUser(
  { store }: MappedUserContext,
  owner: MappingOwner,
  signal: AbortSignal,
): Promise<string | undefined> {
  const mapping = await store.find(owner, signal);
  return mapping?.state === "mapped" ? mapping.acsUserId : undefined;
}

/** Makes the user of an intent and confirms it. Undefined where the mapping went away meanwhile. */
async function complete(
  { users, store }: MappedUserContext,
  owner: MappingOwner,
  { key }: Mapping,
  signal: AbortSignal,
): Promise<{ mapping: Mapping | undefined; made: MadeUser }> {
  const made = { key, acsUserId: orProblem(await users.create(key, signal)) };
  const mapping = await store.confirm(owner, made, signal);
  const isStored = mapping !== undefined && mapping.state !== "creating" && mapping.acsUserId === made.acsUserId;
  // Deleted meanwhile, or made twice where ACS takes no keys: nobody would ever use this one.
  if (!isStored) await deleteAcsUser(users, made.acsUserId, signal);
  return { mapping, made };
}

async function deleteAcsUser(users: ResilientUsers, acsUserId: string, signal: AbortSignal): Promise<void> {
  const outcome = await users.delete(acsUserId, signal);
  if (!outcome.ok && !isUnknownUser(outcome)) throw problemOfUserFailure(outcome);
}

async function finishDeleting(
  { users, store }: MappedUserContext,
  owner: MappingOwner,
  { key, acsUserId }: MadeUser,
  signal: AbortSignal,
): Promise<void> {
  // ACS first: deleting the user there ends its tokens, and the mapping is what says that this is still to be done.
  await deleteAcsUser(users, acsUserId, signal);
  await store.remove(owner, key, signal);
}

/** The ACS user of the owner. Makes it if there is none yet. */
export async function ensureMappedUser(
  context: MappedUserContext,
  owner: MappingOwner,
  signal: AbortSignal,
): Promise<{ acsUserId: string; created: boolean }> {
  let created = false;
  for (let round = 0; round < maxRounds; round += 1) {
    let mapping: Mapping | undefined = await context.store.begin(owner, context.newKey(), signal);
    if (mapping.state === "creating") {
      const completed = await complete(context, owner, mapping, signal);
      mapping = completed.mapping;
      created = mapping?.state === "mapped" && mapping.acsUserId === completed.made.acsUserId;
    }
    if (mapping?.state === "mapped") return { acsUserId: mapping.acsUserId, created };
    if (mapping?.state === "deleting") await finishDeleting(context, owner, mapping, signal);
  }
  throw new Problem("mapping-store-unavailable", { reason: "mapping-unsettled", headers: { "retry-after": "1" } });
}

/** Deletes the ACS user, which ends its tokens, and the mapping. Nothing to delete is a success. */
export async function deleteMappedUser(
  context: MappedUserContext,
  owner: MappingOwner,
  signal: AbortSignal,
): Promise<void> {
  let mapping = await context.store.find(owner, signal);
  // An intent may have its user already; only making the user of its key tells which one that is.
  if (mapping?.state === "creating") ({ mapping } = await complete(context, owner, mapping, signal));
  if (!mapping || mapping.state === "creating") return;
  if (mapping.state === "mapped") await context.store.markDeleting(owner, mapping.key, signal);
  await finishDeleting(context, owner, mapping, signal);
}

/** A token of the ACS user. @throws {Problem} `mapping-stale` where ACS does not know it (any more) */
export async function issueUserToken(
  { users }: MappedUserContext,
  acsUserId: string,
  signal: AbortSignal,
): Promise<AcsToken> {
  const outcome = await users.issueToken(acsUserId, signal);
  if (isUnknownUser(outcome)) throw new Problem("mapping-stale", { reason: "acs-user-unknown" });
  return orProblem(outcome);
}
