// The users who are allowed to use Teams Phone Extensibility at the ACS resource. The Identity SDK 1.3.1 has no operation for it, so the requests are
// raw ones, signed like the SDK's.
import { z } from "zod";
import type { AcsConnection } from "./acs-connection.ts";
import type { AcsOutcome } from "./acs-failure.ts";
import { createSignedSender } from "./signed-request.ts";

/** Whose assignment it is. Ids are GUIDs. */
export interface Assignee {
  readonly tenantId: string;
  readonly objectId: string;
}

const assignmentSchema = z.object({
  objectId: z.string(),
  tenantId: z.string(),
  principalType: z.enum(["user", "resourceAccount"]),
  /** Client applications that the assignment is limited to; all where absent. */
  clientIds: z.array(z.string()).optional(),
});
export type Assignment = z.infer<typeof assignmentSchema>;

export interface Assignments {
  /** Never rejects; a 404 is undefined. */
  find(assignee: Assignee, abortSignal: AbortSignal): Promise<AcsOutcome<Assignment | undefined>>;
  /** Makes the assignment or replaces it. */
  put(assignment: Assignment, abortSignal: AbortSignal): Promise<AcsOutcome<Assignment>>;
  /** Removes it; nothing to remove is a success. */
  remove(assignee: Assignee, abortSignal: AbortSignal): Promise<AcsOutcome<undefined>>;
}

const apiVersion = "2025-06-30";
const pathOf = ({ tenantId, objectId }: Assignee) =>
  `/access/teamsExtension/tenants/${encodeURIComponent(tenantId)}/assignments/${encodeURIComponent(objectId)}`;

function read(body: unknown, status: number): AcsOutcome<Assignment> {
  const parsed = assignmentSchema.safeParse(body);
  return parsed.success ? { ok: true, value: parsed.data } : { ok: false, reason: "bad-response", status };
}

/** The client of ACS for assignments. */
export function createAssignments(connection: AcsConnection): Assignments {
  const send = createSignedSender(connection);
  return {
    async find(assignee, abortSignal) {
      const answer = await send({ method: "GET", path: pathOf(assignee), apiVersion }, abortSignal);
      if (!answer.ok) return answer.status === 404 ? { ok: true, value: undefined } : answer;
      return read(answer.value.body, answer.value.status);
    },
    async put({ principalType, clientIds, ...assignee }, abortSignal) {
      const body = { principalType, ...(clientIds && { clientIds }) };
      const answer = await send({ method: "PUT", path: pathOf(assignee), apiVersion, body }, abortSignal);
      return answer.ok ? read(answer.value.body, answer.value.status) : answer;
    },
    async remove(assignee, abortSignal) {
      const answer = await send({ method: "DELETE", path: pathOf(assignee), apiVersion }, abortSignal);
      return answer.ok || answer.status === 404 ? { ok: true, value: undefined } : answer;
    },
  };
}
