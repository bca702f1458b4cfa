// What a claim must look like before a rule may read it. Written by hand, because a schema library costs each request more
// than all rules together.

/** Whether a value has the form of a claim. */
type Form<Value> = (value: unknown) => value is Value;

/** The claims that the rules of one token read, in order. Everything else in a token is ignored. */
export type ClaimForms = readonly (readonly [claim: string, form: Form<unknown>])[];

/** The claims that forms describe; a claim whose form allows `undefined` may be absent. */
export type ClaimsOf<Forms> = {
  readonly [Claim in keyof Forms]: Forms[Claim] extends Form<infer Value> ? Value : never;
};

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export const isText: Form<string> = (value) => typeof value === "string";
export const isGuid: Form<string> = (value): value is string => typeof value === "string" && guid.test(value);
export const isTime: Form<number> = (value): value is number => Number.isFinite(value);
export const isTextList: Form<readonly string[]> = (value): value is string[] =>
  Array.isArray(value) && value.every(isText);
/** Entra writes some claims as lists; older tokens hold a single word. */
export const isTextOrList: Form<string | readonly string[]> = (value): value is string =>
  isText(value) || isTextList(value);

/** A claim that may be absent; `null` is not absent. */
export const optional =
  <Value>(form: Form<Value>): Form<Value | undefined> =>
  (value): value is Value | undefined =>
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
