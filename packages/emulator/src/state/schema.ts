// Schemas for JSON values: of the control API, of seeds and of exported states. A problem names the wrong member, what
// it must be, and for an unknown member the known ones.

/** What a value must be. */
export interface Schema {
  /** Whether the member may be absent. */
  readonly optional: boolean;
  /** @returns the first problem, e.g. `value.upn must be …`, or `undefined` if the value is valid */
  problem(value: unknown, path: string): string | undefined;
}

type Entries = Record<string, unknown>;

/** Whether the value is an object and not a list. */
export const isObject = (value: unknown): value is Entries =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A schema for a value that has no parts. @param must completes a sentence that starts with "must be" */
export function rule(must: string, holds: (value: unknown) => boolean): Schema {
  const problem = (value: unknown, path: string) => (holds(value) ? undefined : `${path} must be ${must}`);
  return { optional: false, problem };
}

/** The same schema for a member that may be absent. */
export const optional = (schema: Schema): Schema => ({ ...schema, optional: true });

/** The same schema, but null is valid too. */
export const nullable = (schema: Schema): Schema => ({
  ...schema,
  problem: (value, path) => (value === null ? undefined : schema.problem(value, path)),
});

/** Text that matches the pattern. @param must completes a sentence that starts with "must be" */
export const textLike = (must: string, pattern: RegExp): Schema =>
  rule(must, (value) => typeof value === "string" && pattern.test(value));

/** Any text. */
export const text: Schema = rule("a text", (value) => typeof value === "string");

/** A text that is not empty. */
export const someText: Schema = rule("a text that is not empty", (value) => typeof value === "string" && value !== "");

export const boolean: Schema = rule("true or false", (value) => typeof value === "boolean");

/** A whole number within limits, both included. */
export const whole = (from: number, to: number): Schema =>
  rule(`a whole number from ${from} to ${to}`, (value) => {
    return Number.isSafeInteger(value) && (value as number) >= from && (value as number) <= to;
  });

/** One of the given values. */
export const oneOf = (...values: readonly unknown[]): Schema =>
  rule(`one of: ${values.map(String).join(", ")}`, (value) => values.includes(value));

/** Any JSON object. */
export const anyObject: Schema = rule("an object", isObject);

/** An absolute URI. It goes into headers as it is, so only visible ASCII characters are valid. */
export const uri: Schema = rule("an absolute URI, such as http://localhost:3000/", (value) => {
  return typeof value === "string" && /^[\x21-\x7e]+$/.test(value) && URL.canParse(value);
});

/** An absolute URI whose scheme is http or https. */
export const httpUri: Schema = rule("a URL with http or https", (value) => {
  return uri.problem(value, "") === undefined && /^https?:\/\//i.test(String(value));
});

/** The first problem that a function finds. */
function firstProblem<Part>(parts: readonly Part[], find: (part: Part, index: number) => string | undefined) {
  for (const [index, part] of parts.entries()) {
    const problem = find(part, index);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** A list with the same schema for every element. */
export const list = (element: Schema, minLength = 0): Schema => ({
  optional: false,
  problem: (value, path) => {
    if (!Array.isArray(value)) return `${path} must be a list`;
    if (value.length < minLength) return `${path} must have at least ${minLength} elements`;
    return firstProblem(value, (one, index) => element.problem(one, `${path}[${index}]`));
  },
});

/** A list with a fixed number of elements. */
export const tuple = (...elements: readonly Schema[]): Schema => ({
  optional: false,
  problem: (value, path) => {
    if (!Array.isArray(value) || value.length !== elements.length) {
      return `${path} must be a list of ${elements.length} elements`;
    }
    return firstProblem(elements, (element, index) => element.problem(value[index], `${path}[${index}]`));
  },
});

/** An object whose members have any names and the same schema. */
export const record = (member: Schema): Schema => ({
  optional: false,
  problem: (value, path) => {
    if (!isObject(value)) return `${path} must be an object`;
    return firstProblem(Object.entries(value), ([name, one]) => member.problem(one, `${path}.${name}`));
  },
});

/** An object with these members and no others. @param what e.g. "a user", for the message about an unknown member */
export function object(what: string, members: Readonly<Record<string, Schema>>): Schema {
  const known = Object.keys(members).join(", ") || "none";
  const memberProblem = (value: Entries, path: string, [name, member]: [string, Schema]) => {
    const one = Object.hasOwn(value, name) ? value[name] : undefined;
    return one === undefined && member.optional ? undefined : member.problem(one, memberPath(path, name));
  };
  return {
    optional: false,
    problem: (value, path) => {
      if (!isObject(value)) return `${path || what} must be an object`;
      const unknown = Object.keys(value).find((name) => !Object.hasOwn(members, name));
      if (unknown !== undefined) {
        return `${memberPath(path, unknown)} is not a member of ${what}. Known members: ${known}`;
      }
      return firstProblem(Object.entries(members), (member) => memberProblem(value, path, member));
    },
  };
}

const memberPath = (path: string, name: string): string => (path ? `${path}.${name}` : name);

/** The same members, but all of them may be absent. */
export const partial = (members: Readonly<Record<string, Schema>>): Record<string, Schema> =>
  Object.fromEntries(Object.entries(members).map(([name, member]) => [name, optional(member)]));

/** @throws Error that names the wrong member */
export function check(schema: Schema, value: unknown, path = ""): void {
  const problem = schema.problem(value, path);
  if (problem !== undefined) throw new Error(problem);
}
