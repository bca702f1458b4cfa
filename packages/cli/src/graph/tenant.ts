// Finds a tenant's id by any of its names, as Entra's public discovery document tells it.
import { z } from "zod";
import { Advice } from "../command/failures.ts";
import type { Outgoing } from "../command/outgoing.ts";
import { unreachable } from "./sign-in-advice.ts";

const document = z.object({ issuer: z.string() });
const tenantForm = /^[\w.-]{1,253}$/;

/**
 * The id of a tenant.
 * @param tenant id or domain
 * @throws {Advice} if there is no such tenant, or the authority cannot be reached
 */
export async function findTenantId(authority: string, tenant: string, { fetch, proxy }: Outgoing): Promise<string> {
  if (!tenantForm.test(tenant))
    throw new Advice(
      "The tenant is neither an id nor a domain.",
      "Give --tenant an id or a domain such as contoso.onmicrosoft.com.",
    );
  const address = `${authority}/${tenant}/v2.0/.well-known/openid-configuration`;
  const response = await fetch(address, { redirect: "error", signal: AbortSignal.timeout(10_000) }).catch(
    (cause: unknown) => {
      const { host } = new URL(authority);
      throw unreachable(cause, { attempt: "Cannot reach the authority at", host, setting: "ENTRA_AUTHORITY", proxy });
    },
  );
  const body: unknown = await response.json().catch(() => undefined);
  const tenantId = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/i.exec(document.safeParse(body).data?.issuer ?? "")?.[0];
  if (!response.ok || tenantId === undefined)
    throw new Advice("The authority knows no such tenant.", "Check --tenant or ENTRA_TENANT_ID.");
  return tenantId.toLowerCase();
}
