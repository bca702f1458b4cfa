// Bodies and answers are held to the schemas of the contract (contract.ts) by zod itself: a body that does not fit is refused,
// and what the contract does not name is taken out of an answer. Fastify's own way writes and compiles a function for each
// schema at every start, and loads two libraries for that.
import type { FastifyServerOptions } from "fastify";
import type { z } from "zod";

type SchemaController = NonNullable<FastifyServerOptions["schemaController"]>;

/** A part of a route's schema; every one is zod's. */
interface Part {
  schema: z.ZodType;
}

const compilersFactory = {
  buildValidator: () => (part: Part) => (given: unknown) => {
    const { error, data } = part.schema.safeParse(given);
    return error ? { error } : { value: data };
  },
  buildSerializer: () => (part: Part) => (answer: unknown) => JSON.stringify(part.schema.parse(answer)),
};

/**
 * For the Fastify constructor: how it reads `schema.body` and `schema.response` of a route. An answer that does not fit is
 * thrown as an error of ours. Of another type than Fastify's, which is that of the libraries that it would load.
 */
export const schemaController = { compilersFactory } as unknown as SchemaController;
