// A signed call to Azure Communication Services that makes nothing and spends nothing of the exchange's quota: it asks for
// a token of a made-up identity with an empty list of scopes, which no resource ever grants. ACS checks the signature
// first, so its refusal of the rest proves the key. Cost: one of the 1,000 token requests per 30 s; nothing is billed.
import { createHash, createHmac } from "node:crypto";
const target = "/identities/8%3Aacs%3A00000000-0000-0000-0000-000000000000_00000000-0000-0000-0000-000000000000/:issueAccessToken?api-version=2023-10-01";
const body = JSON.stringify({ scopes: [] });
/** Sends it. @param accessKey base64, as the portal shows it */
export async function probeAcs(endpoint, accessKey, { fetch, now }) {
    const { origin, host } = new URL(endpoint);
    const date = new Date(now()).toUTCString();
    const hash = createHash("sha256").update(body).digest("base64");
    const text = `POST\n${target}\n${date};${host};${hash}`;
    const signature = createHmac("sha256", Buffer.from(accessKey, "base64")).update(text).digest("base64");
    const response = await fetch(origin + target, {
        ...{ method: "POST", body, redirect: "error", signal: AbortSignal.timeout(10_000) },
        headers: {
            ...{ "content-type": "application/json", "x-ms-date": date, "x-ms-content-sha256": hash },
            authorization: `HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=${signature}`,
        },
    }).catch(() => undefined);
    if (!response)
        return { outcome: "unreachable" };
    const answer = (await response.json().catch(() => undefined));
    return judge(response.status, answer?.error?.code);
}
/** 401 has two meanings: without a code or with `Denied` the signature was refused; any other is about the identity. */
function judge(status, code) {
    if (status === 401)
        return { outcome: code === undefined || code === "Denied" ? "key-refused" : "accepted" };
    if (status === 403)
        return { outcome: "key-refused" };
    if (status === 400 || status === 404 || status === 429)
        return { outcome: "accepted" };
    return { outcome: "unexpected", status };
}
