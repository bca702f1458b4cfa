// Says which member of a request body is wrong, and what it must be. Never repeats anything that the client sent: a token that
// stands in the wrong place must not come back in an answer, which proxies and clients log.
import { z } from "zod";

/** The member as it is written in JavaScript, e.g. `subject.tenantId`; a body that is wrong as a whole has no name. */
const nameOf = (path: readonly PropertyKey[]): string =>
  path.length === 0
    ? "The body"
    : path
        .map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`))
        .join("")
        .slice(1);

/**
 * Describes the first thing that is wrong with a body.
 *
 * @param error what was thrown while the request was read
 * @returns a sentence that names the member and its form, such as `subject.tenantId must be a GUID.`; nothing if no schema
 *   refused the body. The texts come from the schemas in `@teams-token-exchange/rules/contract`: each one starts with "must be".
 * @example describeInvalidInput(DenyRequest.safeParse({}).error) // "subject must be an object …"
 */
export function describeInvalidInput(error: unknown): string | undefined {
  const [issue] = error instanceof z.ZodError ? error.issues : [];
  return issue && `${nameOf(issue.path)} ${issue.message}.`;
}
