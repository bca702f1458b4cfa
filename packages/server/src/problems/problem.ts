// A failure on its way to the client. Thrown anywhere, answered in handler.ts.

import type { ProblemName } from "@teams-token-exchange/rules";

/** Facts about a decision, for the audit log, beyond the caller and the problem. */
export interface AuditFacts {
  /** Whether the Teams token could be read, or only ACS decided. */
  teamsTokenForm?: "matched" | "opaque";
  /** The name of the resource that was asked. */
  resource?: string | undefined;
  /** ACS's own error code. */
  acsCode?: string | undefined;
  /** ACS's HTTP status, if it refused or failed. */
  acsStatus?: number | undefined;
  /** Microsoft's correlation vector of the ACS call. */
  msCv?: string | undefined;
  /** Entra's own error code, such as AADSTS65001. */
  entraCode?: string | undefined;
  /** Entra's id of the failed request; Microsoft's support asks for it. */
  correlationId?: string | undefined;
}

interface ProblemContext {
  /** The reason, only for the log: a member of a closed union, never a value of the request. */
  reason?: string;
  /** What else the audit event tells of it. */
  facts?: AuditFacts;
  headers?: Record<string, string>;
  /** Members of the response body beyond those of the catalogue, or instead of them; `detail` is the advice. */
  body?: { acsCode?: string; scopes?: string[]; detail?: string } | undefined;
  cause?: unknown;
}

/** An entry of the catalogue that happened, with what this occurrence adds. */
export class Problem extends Error {
  readonly problem: ProblemName;
  readonly context: ProblemContext;
  constructor(problem: ProblemName, context: ProblemContext = {}) {
    // It is an answer, not a defect: its stack is never read, and collecting one costs more than the rest of a refusal.
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super(problem, { cause: context.cause });
    Error.stackTraceLimit = stackTraceLimit;
    this.problem = problem;
    this.context = context;
  }
}
