/**
 * The id of a tenant.
 * @param tenant id or domain
 * @throws {Advice} where there is no such tenant, or the authority cannot be reached
 */
export declare function findTenantId(authority: string, tenant: string, fetch: typeof globalThis.fetch): Promise<string>;
