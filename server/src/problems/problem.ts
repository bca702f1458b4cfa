// A failure on its way to the client. Thrown anywhere, answered in handler.ts.
import type { AuditFacts } from "../http/audit.ts";
import type { ProblemName } from "./catalogue.ts";

interface ProblemContext {
  /** Why, for the log alone: a member of a closed union of reasons, never a value out of the request. */
  reason?: string;
  /** What else the audit event tells of it. */
  facts?: AuditFacts;
  headers?: Record<string, string>;
  /** Members of the response body beyond those of the catalogue. */
  body?: { acsCode?: string; scopes?: string[] };
  cause?: unknown;
}

/** An entry of the catalogue that happened, with what this occurrence adds. */
export class Problem extends Error {
  readonly problem: ProblemName;
  readonly context: ProblemContext;
  constructor(problem: ProblemName, context: ProblemContext = {}) {
    super(problem, { cause: context.cause });
    this.problem = problem;
    this.context = context;
  }
}
