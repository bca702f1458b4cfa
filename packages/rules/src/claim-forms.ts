// What a claim must look like before a rule may read it. Written by hand, because a schema library costs each request more
// than all rules together.

/** Whether a value has the form of a claim. */
type Form = (value: unknown) => boolean;

/** The claims that rules read, in order. Everything else in a token is ignored. */
export type ClaimForms = readonly (readonly [claim: string, form: Form])[];

const guidForm = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export const isText: Form = (value) => typeof value === "string";
export const isGuid: Form = (value) => typeof value === "string" && guidForm.test(value);
export const isTime: Form = (value) => Number.isFinite(value);
export const isTextList: Form = (value) => Array.isArray(value) && value.every(isText);

/** A claim that may be absent; `null` is not absent. */
export const optional =
  (form: Form): Form =>
  (value) =>
    value === undefined || form(value);

/**
 * The first claim that does not have its form, or undefined if all have.
 *
 * @param claims the decoded payload, of any shape; returns `""` if it is not an object
 */
export function malformedClaim(claims: unknown, forms: ClaimForms): string | undefined {
  if (typeof claims !== "object" || claims === null) return "";
  for (const [claim, form] of forms) {
    if (!form((claims as Record<string, unknown>)[claim])) return claim;
  }
  return undefined;
}
