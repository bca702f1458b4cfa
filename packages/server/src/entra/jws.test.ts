import { generateKeyPairSync, sign } from "node:crypto";
import { readJws } from "@teams-token-exchange/rules";
import { expect, it } from "vitest";
import { verifyToken } from "./jws.ts";

const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const pss = generateKeyPairSync("rsa", { modulusLength: 2048 });
const issuer = "https://login.example/x/v2.0";
const part = (value: unknown) =>
  (Buffer.isBuffer(value) ? value : Buffer.from(typeof value === "string" ? value : JSON.stringify(value))).toString(
    "base64url",
  );

/** JSON whose text has a byte that is not UTF-8. */
const notUtf8 = (json: string) => Buffer.from(json.replace("?", "\xff"), "latin1");

/** A token signed as told; header and payload may be any text or bytes. */
function token(
  header: unknown = { alg: "RS256", kid: "a" },
  payload: unknown = { sub: "x" },
  key = privateKey,
): string {
  const content = `${part(header)}.${part(payload)}`;
  return `${content}.${sign("RSA-SHA256", Buffer.from(content), key).toString("base64url")}`;
}
/** Both steps, with the key set between them: it has all keys but "b". */
function verify(callerToken: string) {
  const read = readJws(callerToken);
  if (!read.ok) return read;
  return verifyToken(read.value, read.value.keyId === "b" ? undefined : { key: publicKey, issuer });
}

it("gives the claims of a genuine token and the issuer of its key", () => {
  expect(verify(token())).toEqual({
    ok: true,
    value: { claims: { sub: "x" }, keyIssuer: issuer },
  });
});

const genuine = token();
const last = genuine.at(-1) ?? "";
const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
/** The same signature in other characters: only bits that decode to nothing differ. */
const respelled = genuine.slice(0, -1) + alphabet[alphabet.indexOf(last) ^ 1];

it.each([
  ["an empty text", "", "not-a-jws"],
  ["two parts", "a.b", "not-a-jws"],
  ["four parts", `${genuine}.a`, "not-a-jws"],
  ["an empty part", genuine.replace(/[^.]+$/, ""), "not-a-jws"],
  ["padding", `${genuine}=`, "not-a-jws"],
  ["a character of plain base64", genuine.replace(/.$/, "+"), "not-a-jws"],
  ["a header that is no JSON", token("{"), "header-not-json"],
  ["a header that is null", token("null"), "header-not-json"],
  ["a header that is a text", token('"RS256"'), "header-not-json"],
  ["no algorithm", token({ kid: "a" }), "algorithm-wrong"],
  ["another algorithm", token({ alg: "RS512", kid: "a" }), "algorithm-wrong"],
  ["the algorithm in lower case", token({ alg: "rs256", kid: "a" }), "algorithm-wrong"],
  ["the algorithm in a list", token({ alg: ["RS256"], kid: "a" }), "algorithm-wrong"],
  ["a critical extension", token({ alg: "RS256", kid: "a", crit: ["exp"] }), "extension-unknown"],
  ["an empty list of extensions", token({ alg: "RS256", kid: "a", crit: [] }), "extension-unknown"],
  ["an unencoded payload", token({ alg: "RS256", kid: "a", b64: false }), "extension-unknown"],
  ["no key id", token({ alg: "RS256" }), "key-unknown"],
  ["a key id that is a number", token({ alg: "RS256", kid: 1 }), "key-unknown"],
  ["an unknown key id", token({ alg: "RS256", kid: "b" }), "key-unknown"],
  ["the signature of another key", token(undefined, undefined, pss.privateKey), "signature-wrong"],
  ["another payload", genuine.replace(/\.[^.]+\./, `.${part({ sub: "y" })}.`), "signature-wrong"],
  ["another header", genuine.replace(/^[^.]+/, part({ kid: "a", alg: "RS256" })), "signature-wrong"],
  ["a short signature", genuine.slice(0, -4), "signature-wrong"],
  ["another spelling of the signature", respelled, "signature-wrong"],
  ["a payload that is no JSON", token(undefined, "{"), "payload-not-json"],
  ["a payload with invalid UTF-8", token(undefined, notUtf8('{"sub":"x?"}')), "payload-not-json"],
  ["a header with invalid UTF-8", token(notUtf8('{"alg":"RS256","kid":"a","x":"?"}')), "header-not-json"],
] as const)("refuses %s", (_name, given, reason) => {
  expect(verify(given)).toEqual({ ok: false, reason });
});

it("gives the key id that a token names, before anything is verified", () => {
  expect(readJws(token({ alg: "RS256", kid: "b" }))).toMatchObject({ ok: true, value: { keyId: "b" } });
});
