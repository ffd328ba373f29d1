import { describe, expect, it } from "vitest";
import type { Cognito, SignInStep, Tokens } from "./cognito";
import { SignInError } from "./cognito";
import { lifetimeOf, Session } from "./Session";

const HOUR_S = 3600;

function token(name: string, issued = 1_000): string {
  const claims = btoa(JSON.stringify({ sub: name, iat: issued, exp: issued + HOUR_S }));
  return `head.${claims}.${name}`;
}

/** A user pool that refuses refresh tokens from a call on. */
class ScriptedCognito {
  refreshes = 0;
  revoked: string[] = [];
  failure: Error | null = null;

  signIn(): Promise<SignInStep> {
    return Promise.resolve({
      tokens: { idToken: token("signed-in"), accessToken: "access", refreshToken: "r1" },
    });
  }

  refresh(refreshToken: string): Promise<Tokens> {
    this.refreshes += 1;
    if (this.failure) return Promise.reject(this.failure);
    const accessToken = `access-${this.refreshes}`;
    return Promise.resolve({ idToken: token(`refreshed-${this.refreshes}`), accessToken, refreshToken });
  }

  revoke(refreshToken: string): Promise<void> {
    this.revoked.push(refreshToken);
    return Promise.resolve();
  }
}

function memory(): Storage {
  const kept = new Map<string, string>();
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
    removeItem: (key: string) => kept.delete(key),
  } as unknown as Storage;
}

async function signedIn() {
  const cognito = new ScriptedCognito();
  const storage = memory();
  const clock = { ms: 0 };
  const session = new Session(cognito as unknown as Cognito, storage, () => clock.ms);
  await session.start();
  await session.signIn("ada@example.com", "secret");
  return { cognito, storage, clock, session };
}

const refusal = new SignInError("NotAuthorizedException", "Refresh Token has been revoked");

describe("Session", () => {
  it("starts signed out where no session is kept", async () => {
    const session = new Session(new ScriptedCognito() as unknown as Cognito, memory());
    await session.start();
    expect(session.snapshot()).toEqual({ status: "signed-out", email: "", admin: false });
  });

  it("is taken up again by the next page", async () => {
    const { cognito, storage } = await signedIn();
    const next = new Session(cognito as unknown as Cognito, storage);
    await next.start();
    expect(next.snapshot()).toEqual({ status: "signed-in", email: "ada@example.com", admin: false });
  });

  it("keeps the password out of what is stored", async () => {
    const { storage } = await signedIn();
    expect(storage.getItem("retake.session")).toBe('{"email":"ada@example.com","refreshToken":"r1"}');
  });

  it("renews a token shortly before it ends, once for all who ask at that time", async () => {
    const { cognito, clock, session } = await signedIn();
    expect(await session.token()).toContain("signed-in");
    clock.ms = (HOUR_S - 30) * 1000;
    const tokens = await Promise.all([session.token(), session.token(), session.token()]);
    expect(new Set(tokens).size).toBe(1);
    expect(await session.accessToken()).toBe("access-1");
    expect(cognito.refreshes).toBe(1);
  });

  it("keeps requests waiting while a sign-in is needed", async () => {
    const { cognito, clock, session } = await signedIn();
    cognito.failure = refusal;
    clock.ms = HOUR_S * 1000;
    const asked = session.token();
    await Promise.resolve();
    await new Promise((resolve) => setTimeout(resolve));
    expect(session.snapshot()).toEqual({ status: "expired", email: "ada@example.com", admin: false });
    await session.signIn("ada@example.com", "secret");
    expect(await asked).toContain("signed-in");
  });

  it("stays signed in when the network is lost", async () => {
    const { cognito, clock, session } = await signedIn();
    cognito.failure = new TypeError("Failed to fetch");
    clock.ms = HOUR_S * 1000;
    await expect(session.token()).rejects.toThrow(TypeError);
    expect(session.snapshot().status).toBe("signed-in");
  });

  it("forgets everything and has the refresh token revoked at sign-out", async () => {
    const { cognito, storage, session } = await signedIn();
    await session.signOut();
    expect(storage.getItem("retake.session")).toBeNull();
    expect(cognito.revoked).toEqual(["r1"]);
    expect(session.snapshot().status).toBe("signed-out");
  });

  it("takes another token after one was refused", async () => {
    const { session } = await signedIn();
    session.refuse(await session.token());
    expect(await session.token()).toContain("refreshed-1");
  });
});

describe("lifetimeOf", () => {
  it("does not depend on this machine's clock", () => {
    expect(lifetimeOf(token("x", 5_000_000_000))).toBe(HOUR_S * 1000);
  });
});
