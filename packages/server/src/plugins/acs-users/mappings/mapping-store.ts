// Which ACS user stands for which user of Entra: what is stored of it, and what every store must be able to do. The order in
// which it is written lets any request finish what another one, killed at any point, has begun; see mapped-user.ts.

/** Whose mapping it is. Ids are lower-case GUIDs. */
export interface MappingOwner {
  readonly tenantId: string;
  readonly objectId: string;
  /** The validated access token of the request; a store that lives with the user acts on behalf of it. */
  readonly callerToken: string;
}

/**
 * A mapping as stored. The key is made for the mapping before its ACS user is, and ACS knows the user by it: `creating` says
 * that there may or may not be a user of this key yet. `deleting` says that the user is being deleted, or is already.
 */
export type Mapping =
  | { readonly state: "creating"; readonly key: string }
  | { readonly state: "mapped"; readonly key: string; readonly acsUserId: string }
  | { readonly state: "deleting"; readonly key: string; readonly acsUserId: string };

/**
 * Stores mappings, at most one of each owner. Each step takes effect in whole or not at all, for all instances, and may be
 * repeated. All reject with a {@link Problem} where the store cannot be reached or refuses.
 */
export interface MappingStore {
  find(owner: MappingOwner, signal: AbortSignal): Promise<Mapping | undefined>;
  /** Stores `creating` with this key unless there is a mapping; answers what is stored now. */
  begin(owner: MappingOwner, key: string, signal: AbortSignal): Promise<Mapping>;
  /** Turns `creating` of this key into `mapped`; returns the stored mapping, or undefined if there is none. */
  confirm(owner: MappingOwner, made: MadeUser, signal: AbortSignal): Promise<Mapping | undefined>;
  /** Turns `mapped` of this key into `deleting`. */
  markDeleting(owner: MappingOwner, key: string, signal: AbortSignal): Promise<void>;
  /** Removes a mapping of this key that is `deleting`; another one stays. */
  remove(owner: MappingOwner, key: string, signal: AbortSignal): Promise<void>;
  /** Ends connections. */
  close(): Promise<void>;
}

/** The ACS user that was made for a key. */
export interface MadeUser {
  readonly key: string;
  readonly acsUserId: string;
}

interface StoredMapping {
  key: string;
  acsUserId: string | null | undefined;
  deleting: boolean;
}

/** The state out of what is stored. */
export function mappingOf({ key, acsUserId, deleting }: StoredMapping): Mapping {
  if (!acsUserId) return { state: "creating", key };
  return { state: deleting ? "deleting" : "mapped", key, acsUserId };
}
