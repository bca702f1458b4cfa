import { describe, expect, it } from "vitest";
import { browserOrigin, checkRedisUrl, postgresAddress, readBasePath, readTrustedProxies } from "./setting-formats.ts";

/** The outcome for a database's address. */
function readDatabase(given: string): { ok: boolean; reason?: string | undefined } {
  const { success, error } = postgresAddress.safeParse(given);
  return success ? { ok: true } : { ok: false, reason: error.issues[0]?.message };
}

describe("the address of a Redis is accepted", () => {
  it.each([
    "redis://localhost:6379",
    "redis://127.0.0.1",
    "redis://[::1]:6379/2",
    "redis://:secret@10.1.2.3:6379",
    "redis://172.31.0.9",
    "redis://192.168.1.1",
    "redis://[fd00::5]",
    "redis://redis:6379",
    "redis://cache.prod.svc",
    "redis://cache.corp.internal",
    "rediss://contoso.redis.cache.windows.net:6380",
    "rediss://user:secret@203.0.113.7/0",
  ])("%s", (url) => {
    expect(checkRedisUrl(url)).toEqual({ ok: true, value: url });
  });
});

describe("the address of a Redis is refused", () => {
  it.each([
    "redis://contoso.redis.cache.windows.net:6379",
    "redis://203.0.113.7",
    "redis://172.32.0.1",
    "redis://[2001:db8::1]",
    "redis://localhost.example.com",
    "redis://internal.example",
  ])("%s without TLS", (url) => {
    expect(checkRedisUrl(url)).toMatchObject({ ok: false, reason: expect.stringMatching(/rediss:/) });
  });

  it.each(["localhost:6379", "http://localhost", "redis://", "redis://localhost/name", "", "unix:/tmp/redis.sock"])(
    "%j because it is not the address of a Redis",
    (url) => {
      expect(checkRedisUrl(url)).toMatchObject({ ok: false, reason: expect.stringMatching(/^must look like/) });
    },
  );
});

describe("the address of a Redis or a database names its cause", () => {
  const portal = "contoso.redis.cache.windows.net:6380,password=c2VjcmV0/c2VjcmV0=,ssl=True,abortConnect=False";

  it("if it is what the Azure portal shows", () => {
    const result = checkRedisUrl(portal);
    expect(result).toMatchObject({ ok: false, reason: expect.stringMatching(/rediss:.*Azure portal.*Encode/) });
    expect(JSON.stringify(result)).not.toContain("c2VjcmV0");
  });

  it.each(["/", "?", "#"])("if the password contains %s", (character) => {
    for (const password of [`secret${character}x`, `12${character}x`]) {
      for (const refused of [
        checkRedisUrl(`rediss://:${password}@redis.example.com:6380`),
        checkRedisUrl(`rediss://user:${password}@redis.example.com:6380`),
        readDatabase(`postgresql://user:${password}@db.example.com:5432/tokens`),
      ]) {
        expect(refused).toMatchObject({ ok: false, reason: expect.stringMatching(/^has a .*%2F/) });
        expect(JSON.stringify(refused)).not.toContain("secret");
      }
    }
  });

  it("if the password contains % without a code", () => {
    for (const refused of [checkRedisUrl("rediss://:se%cret@h:6380"), readDatabase("postgres://a:100%@db/x")]) {
      expect(refused).toMatchObject({ ok: false, reason: expect.stringMatching(/^has a %.*%25/) });
    }
  });

  it.each(["Server=db;Database=x;Password=secret", "host=db dbname=x password=secret"])("if it is %s", (pairs) => {
    expect(readDatabase(pairs)).toMatchObject({ reason: expect.stringMatching(/^must be an address.*list of names/) });
  });

  it.each(["rediss://:c2VjcmV0%2Fx+y%3D@redis.example.com:6380", "rediss://:c2VjcmV0+x=@redis.example.com:6380"])(
    "unless the password can be read: %s",
    (url) => {
      expect(checkRedisUrl(url)).toEqual({ ok: true, value: url });
    },
  );

  it.each(["postgres://user@server:se=cr+et@db.example.com/x", "postgres://h/x?user=a@b"])("unless %s", (url) => {
    expect(readDatabase(url)).toEqual({ ok: true });
  });
});

describe("an origin", () => {
  const isAllowed = (origin: string) => browserOrigin.safeParse(origin).success;

  it.each([
    "https://app.example.com",
    "http://localhost:5173",
    "http://tauri.localhost",
    "capacitor://localhost",
    "ionic://localhost",
    "tauri://localhost",
    "app://-",
    "app://bundle.example",
    "com.contoso.app://localhost:8080",
    "chrome-extension://abcdefghijklmnop",
  ])("may be %s", (origin) => {
    expect(isAllowed(origin)).toBe(true);
  });

  it.each([
    "null",
    "*",
    "file://",
    "file://localhost",
    "javascript://localhost",
    "data://localhost",
    "blob://localhost",
    "ws://localhost",
    "capacitor://LOCALHOST",
    "Capacitor://localhost",
    "capacitor://localhost/",
    "capacitor://localhost/index.html",
    "capacitor://",
    "capacitor:localhost",
    "capacitor://*",
    "http://localhost.example.com",
  ])("may not be %s", (origin) => {
    expect(isAllowed(origin)).toBe(false);
  });
});

describe("trusted proxies are read", () => {
  it.each([
    ["", false],
    [" , ", false],
    ["1", 1],
    ["10", 10],
    ["10.0.0.0/8", ["10.0.0.0/8"]],
    ["10.0.0.1, fd00::/8,2001:db8::1", ["10.0.0.1", "fd00::/8", "2001:db8::1"]],
  ])("%j", (text, value) => {
    expect(readTrustedProxies(text)).toEqual({ ok: true, value });
  });
});

describe("trusted proxies are refused", () => {
  it.each([
    "0",
    "11",
    "-1",
    "true",
    "*",
    "loopback",
    "0.0.0.0/0",
    "::/0",
    "10.0.0.0/33",
    "10.0.0.0/8/8",
    "1, 10.0.0.1",
  ])("%j", (text) => {
    expect(readTrustedProxies(text)).toMatchObject({ ok: false });
  });
});

describe("a base path", () => {
  it.each([
    ["", ""],
    ["/", ""],
    ["/teams", "/teams"],
    [" /apps/teams-1.0/ ", "/apps/teams-1.0"],
  ])("is read: %j", (text, value) => {
    expect(readBasePath(text)).toEqual({ ok: true, value });
  });

  it.each([
    "teams",
    "//teams",
    "/teams//",
    "/a/../b",
    "/./a",
    "/a b",
    "/a%20b",
    "/:a",
    "/*",
    "/a?b",
    "/a#b",
    "https://host/teams",
    "/a\nb",
  ])("is refused: %j", (text) => {
    expect(readBasePath(text)).toMatchObject({ ok: false, reason: expect.stringContaining("such as /teams") });
  });
});
