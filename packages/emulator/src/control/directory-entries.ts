// Adds, changes and removes what the directory holds. Each change is checked as a seed is, and taken back if it fails.

import { checkedSeed } from "../state/seed.ts";
import type { Seed } from "../state/seed-types.ts";
import type { State } from "../state/state.ts";

const keysOfKinds = {
  tenants: ["id"],
  users: ["oid"],
  registrations: ["appId"],
  consents: ["tenantId", "clientAppId", "resourceAppId", "userOid"],
  acsResources: ["id"],
} as const;

/** What can be changed. */
export type Kind = keyof typeof keysOfKinds;

type Entry = Record<string, unknown>;

const isKind = (kind: unknown): kind is Kind => typeof kind === "string" && Object.hasOwn(keysOfKinds, kind);

function checkedKind(kind: unknown): Kind {
  if (isKind(kind)) return kind;
  throw new Error(`kind must be one of: ${Object.keys(keysOfKinds).join(", ")}`);
}

function sameKey(kind: Kind, value: Entry) {
  return (entry: object) => keysOfKinds[kind].every((key) => (entry as Entry)[key] === value[key]);
}

function replace(state: State, kind: Kind, list: readonly object[]): void {
  checkedSeed({ ...state, [kind]: list } as Seed);
  Object.assign(state, { [kind]: list });
}

/** Adds an entry or changes the members given of the one with the same key. @throws Error when the result is no seed */
export function put(state: State, kind: unknown, value: Entry): void {
  const list: readonly object[] = state[checkedKind(kind)];
  const matches = sameKey(checkedKind(kind), value);
  const known = list.find(matches);
  const next = known ? list.map((entry) => (entry === known ? { ...known, ...value } : entry)) : [...list, value];
  replace(state, checkedKind(kind), next);
}

/** Removes the entry with the same key. @throws Error when there is none or others refer to it */
export function remove(state: State, kind: unknown, value: Entry): void {
  const list: readonly object[] = state[checkedKind(kind)];
  const matches = sameKey(checkedKind(kind), value);
  if (!list.some(matches)) throw new Error("there is no such entry");
  replace(
    state,
    checkedKind(kind),
    list.filter((entry) => !matches(entry)),
  );
}
