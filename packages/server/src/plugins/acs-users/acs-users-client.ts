// The ACS users that stand for users of Entra: made, given tokens, deleted. Made by a key of ours, so that a call whose answer
// was lost can be made again and finds the same user; the Identity SDK 1.3.1 cannot send that key, so this one request is raw.
import { z } from "zod";
import { type AcsConnection, alternate, createSdkClients } from "../../acs/acs-connection.ts";
import { type AcsOutcome, type AcsToken, failureOf } from "../../acs/acs-failure.ts";
import { readToken } from "../../acs/acs-identity.ts";
import { createSignedSender } from "../../acs/signed-request.ts";
import { readMsCv } from "../../acs/transport-request.ts";

export interface AcsUsersClient {
  /** Makes the user of this key, or finds it; never rejects. */
  create(key: string, abortSignal: AbortSignal): Promise<AcsOutcome<string>>;
  /** Makes a user without a key: each call makes another one. For resources whose region does not know keys. */
  createAnonymous(abortSignal: AbortSignal): Promise<AcsOutcome<string>>;
  /** A token for chat and calls, of the lifetime that ACS gives by default. */
  issueToken(acsUserId: string, abortSignal: AbortSignal): Promise<AcsOutcome<AcsToken>>;
  /** Ends all tokens of the user. `refused` if the resource has no such user. */
  revokeTokens(acsUserId: string, abortSignal: AbortSignal): Promise<AcsOutcome<undefined>>;
  /** Deletes the user and all its tokens. `refused` if the resource has no such user. */
  delete(acsUserId: string, abortSignal: AbortSignal): Promise<AcsOutcome<undefined>>;
}

/** The one version that takes `customId`; the later ones that are known do not. */
const keyedVersion = "2025-03-02-preview";

/** What the original sample asks for. */
const scopes: ("chat" | "voip")[] = ["chat", "voip"];

type OnResponse = (response: { headers: Parameters<typeof readMsCv>[0] }) => void;

const createdSchema = z.object({ identity: z.object({ id: z.string().regex(/^8:acs:[\w-]{1,256}$/) }) });

/** Whether ACS says that it does not know a user; both forms end what there was to delete. */
export const isUnknownUser = (outcome: AcsOutcome<unknown>): boolean =>
  !outcome.ok && (outcome.acsCode === "IdentityNotOwned" || outcome.status === 404);

/** The client of ACS for users. */
export function createAcsUsersClient(connection: AcsConnection): AcsUsersClient {
  const withKey = alternate(createSdkClients(connection));
  const send = createSignedSender(connection);
  const { now } = connection;
  const failed = (error: unknown) => failureOf(error, connection);

  return {
    async create(key, abortSignal) {
      const request = {
        method: "POST",
        path: "/identities",
        apiVersion: keyedVersion,
        body: { customId: key },
      } as const;
      const answer = await send(request, abortSignal);
      if (!answer.ok) return answer;
      const parsed = createdSchema.safeParse(answer.value.body);
      return parsed.success
        ? { ok: true, value: parsed.data.identity.id }
        : { ok: false, reason: "bad-response", status: answer.value.status, msCv: answer.value.msCv };
    },
    createAnonymous: (abortSignal) =>
      withKey((client) =>
        client.createUser({ abortSignal }).then(({ communicationUserId }) => {
          const parsed = createdSchema.safeParse({ identity: { id: communicationUserId } });
          return parsed.success
            ? ({ ok: true, value: communicationUserId } as const)
            : ({ ok: false, reason: "bad-response" } as const);
        }, failed),
      ),
    issueToken: (communicationUserId, abortSignal) =>
      withKey(async (client) => {
        let msCv: string | undefined;
        const onResponse: OnResponse = ({ headers }) => {
          msCv = readMsCv(headers);
        };
        try {
          const answer: unknown = await client.getToken({ communicationUserId }, scopes, { abortSignal, onResponse });
          const read = readToken(answer, now());
          return read.ok ? { ok: true, value: { ...read.value, msCv } } : { ...read, msCv };
        } catch (error) {
          return failed(error);
        }
      }),
    revokeTokens: (communicationUserId, abortSignal) =>
      withKey((client) =>
        client
          .revokeTokens({ communicationUserId }, { abortSignal })
          .then(() => ({ ok: true, value: undefined }), failed),
      ),
    delete: (communicationUserId, abortSignal) =>
      withKey((client) =>
        client
          .deleteUser({ communicationUserId }, { abortSignal })
          .then(() => ({ ok: true, value: undefined }), failed),
      ),
  };
}
