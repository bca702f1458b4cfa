// Mappings with the users themselves, as an open extension in Microsoft Graph, in the form of Microsoft's original sample, whose
// mappings stay valid. Graph has no conditional writes, but it refuses a second extension of the same name, and ACS makes one
// user per key. So two instances that run at the same time make one mapping.

import { onBehalfOfProblem } from "./graph-challenges.ts";
import type { GraphRequest, SendToGraph } from "./graph-client.ts";
import { type Mapping, type MappingOwner, type MappingStore, mappingOf } from "./mapping-store.ts";
import type { OnBehalfOf } from "./on-behalf-of.ts";

interface GraphStoreOptions {
  readonly onBehalfOf: OnBehalfOf;
  readonly send: SendToGraph;
  readonly authority: string;
  /** The delegated permission, as the authority takes it. */
  readonly scopes: readonly string[];
  readonly extensionName: string;
}

const asText = (value: unknown) => (typeof value === "string" ? value : "");

/** The mapping of an extension. Those of the original sample have no key; nothing else looks for it, so none is needed. */
const mappingOfExtension = (extension: Record<string, unknown>): Mapping =>
  mappingOf({
    key: asText(extension["creationKey"]),
    acsUserId: asText(extension["acsUserIdentity"]),
    deleting: extension["deleting"] === true,
  });

/** Makes the store. */
export function createGraphStore({
  onBehalfOf,
  send,
  authority,
  scopes,
  extensionName,
}: GraphStoreOptions): MappingStore {
  const collection = "/me/extensions";
  const path = `${collection}/${encodeURIComponent(extensionName)}`;

  /** Graph for this owner. */
  async function graphOf({ callerToken, tenantId }: MappingOwner, signal: AbortSignal) {
    signal.throwIfAborted();
    const traded = await onBehalfOf(callerToken, scopes, tenantId);
    if (!traded.ok) throw onBehalfOfProblem(traded, { callerToken, tenantId, authority, scopes });
    const request = (graphRequest: GraphRequest) => send(graphRequest, traded.value, signal);
    const read = async () => {
      const { status, body } = await request({ method: "GET", path });
      return status === 404 ? undefined : mappingOfExtension(body);
    };
    return { request, read };
  }

  return {
    find: async (owner, signal) => (await graphOf(owner, signal)).read(),
    async begin(owner, key, signal) {
      const { request, read } = await graphOf(owner, signal);
      const found = await read();
      const isEmpty = found?.state === "creating" && found.key === "";
      if (found && !isEmpty) return found;
      // An extension that says neither who nor how is completed; otherwise the first one to make it wins.
      if (isEmpty) await request({ method: "PATCH", path, body: { creationKey: key } });
      const body = { "@odata.type": "microsoft.graph.openTypeExtension", extensionName, creationKey: key };
      if (!isEmpty) await request({ method: "POST", path: collection, body });
      // The stored mapping counts, not the answer. If Graph does not show it yet, it is ours.
      return (await read()) ?? { state: "creating", key };
    },
    async confirm(owner, { key, acsUserId }, signal) {
      const { request, read } = await graphOf(owner, signal);
      const found = await read();
      if (found && (found.state !== "creating" || found.key !== key)) return found;
      const { status } = await request({ method: "PATCH", path, body: { acsUserIdentity: acsUserId } });
      return status === 404 ? undefined : { state: "mapped", key, acsUserId };
    },
    async markDeleting(owner, key, signal) {
      const { request, read } = await graphOf(owner, signal);
      const found = await read();
      if (found?.key === key) await request({ method: "PATCH", path, body: { deleting: true } });
    },
    async remove(owner, key, signal) {
      const { request, read } = await graphOf(owner, signal);
      const found = await read();
      if (found?.state === "deleting" && found.key === key) await request({ method: "DELETE", path });
    },
    close: async () => {},
  };
}
