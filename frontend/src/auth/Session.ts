import type { TokenSource } from "../api/http";
import { type Challenge, type Cognito, type SignInStep, SignInError, type Tokens } from "./cognito";

/**
 * Where a session is. `expired` keeps the page as it is: requests wait until a sign-in
 * again, so nothing that was typed is lost.
 */
export type SessionStatus = "starting" | "signed-out" | "signed-in" | "expired";

export interface SessionState {
  readonly status: SessionStatus;
  readonly email: string;
  /** Whether to show what is for admins; the server is the one that lets them. */
  readonly admin: boolean;
}

interface Kept {
  readonly email: string;
  readonly refreshToken: string;
}

const KEY = "retake.session";
const EARLY_MS = 60_000;

/** Whether a session was left in this browser; it may have ended since. */
export function hasKeptSession(storage: Storage): boolean {
  return storage.getItem(KEY) !== null;
}

/** One person's sign-in: the short-lived token in memory, the refresh token in this browser's storage. */
export class Session implements TokenSource {
  private state: SessionState = { status: "starting", email: "", admin: false };
  private idToken = "";
  private access = "";
  private goodUntil = 0;
  private refreshing: Promise<void> | null = null;
  private readonly waiting: (() => void)[] = [];
  private readonly listeners = new Set<() => void>();

  constructor(
    private readonly cognito: Cognito,
    private readonly storage: Storage,
    private readonly now: () => number = Date.now,
  ) {}

  /** Take up the session that was left, if there is one. */
  async start(): Promise<void> {
    const kept = this.kept();
    if (kept === null) {
      this.become({ status: "signed-out", email: "", admin: false });
      return;
    }
    this.state = { status: "starting", email: kept.email, admin: false };
    await this.refresh();
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  snapshot = (): SessionState => this.state;

  async signIn(email: string, password: string): Promise<Challenge | null> {
    return this.accept(await this.cognito.signIn(email, password), email);
  }

  async answer(challenge: Challenge, value: string): Promise<Challenge | null> {
    return this.accept(await this.cognito.answer(challenge, value), challenge.email);
  }

  async sendResetCode(email: string): Promise<void> {
    await this.cognito.sendResetCode(email);
  }

  /** Change a forgotten password by the code that was sent, and sign in with it. */
  async resetPassword(email: string, code: string, password: string): Promise<Challenge | null> {
    await this.cognito.resetPassword(email, code, password);
    return this.signIn(email, password);
  }

  async signOut(): Promise<void> {
    const kept = this.kept();
    this.forget();
    this.become({ status: "signed-out", email: "", admin: false });
    // The server may be out of reach: then the token dies of age, and this browser has forgotten it.
    if (kept) await this.cognito.revoke(kept.refreshToken).catch(() => undefined);
  }

  /** Another tab signed in or out: follow it. */
  async followOtherTab(): Promise<void> {
    const kept = this.kept();
    if (kept === null && this.state.status === "signed-in") {
      this.forget();
      this.become({ status: "signed-out", email: "", admin: false });
    } else if (kept !== null && this.state.status !== "signed-in") {
      await this.refresh();
    }
  }

  async token(): Promise<string> {
    for (;;) {
      if (this.state.status === "signed-in") {
        if (this.now() < this.goodUntil - EARLY_MS) return this.idToken;
        await this.refresh();
        if (this.hasToken()) return this.idToken;
      } else {
        await new Promise<void>((resolve) => this.waiting.push(resolve));
      }
    }
  }

  /** A token for the user pool's own calls about the user who is signed in, renewed together with the other. */
  async accessToken(): Promise<string> {
    await this.token();
    return this.access;
  }

  refuse(token: string): void {
    if (token === this.idToken) this.goodUntil = 0;
  }

  private hasToken(): boolean {
    return this.state.status === "signed-in" && this.now() < this.goodUntil;
  }

  private refresh(): Promise<void> {
    this.refreshing ??= this.refreshOnce().finally(() => {
      this.refreshing = null;
    });
    return this.refreshing;
  }

  private async refreshOnce(): Promise<void> {
    const kept = this.kept();
    if (kept === null) {
      this.become({ ...this.state, status: "expired" });
      return;
    }
    try {
      this.adopt(await this.cognito.refresh(kept.refreshToken), kept.email);
    } catch (error) {
      // Only a refusal ends the session; a lost connection is an error of the request.
      if (!(error instanceof SignInError)) throw error;
      this.storage.removeItem(KEY);
      const wasOpen = this.state.status === "signed-in";
      this.become({ ...this.state, status: wasOpen ? "expired" : "signed-out", email: kept.email });
    }
  }

  private accept(step: SignInStep, email: string): Challenge | null {
    if ("challenge" in step) return step.challenge;
    this.adopt(step.tokens, email);
    return null;
  }

  private adopt(tokens: Tokens, email: string): void {
    this.idToken = tokens.idToken;
    this.access = tokens.accessToken;
    this.goodUntil = this.now() + lifetimeOf(tokens.idToken);
    if (tokens.refreshToken) {
      this.storage.setItem(KEY, JSON.stringify({ email, refreshToken: tokens.refreshToken } satisfies Kept));
    }
    this.become({ status: "signed-in", email, admin: isAdmin(tokens.idToken) });
    for (const go of this.waiting.splice(0)) go();
  }

  private forget(): void {
    this.storage.removeItem(KEY);
    this.idToken = "";
    this.access = "";
    this.goodUntil = 0;
  }

  private kept(): Kept | null {
    const text = this.storage.getItem(KEY);
    return text ? (JSON.parse(text) as Kept) : null;
  }

  private become(state: SessionState): void {
    this.state = state;
    for (const listener of this.listeners) listener();
  }
}

/** Read for how long a token is good, in milliseconds: by its own two times, as this clock may be wrong. */
export function lifetimeOf(token: string): number {
  const { exp = 0, iat = 0 } = claimsOf(token);
  return (exp - iat) * 1000;
}

function isAdmin(token: string): boolean {
  return claimsOf(token)["cognito:groups"]?.includes("admin") ?? false;
}

interface Claims {
  readonly exp?: number;
  readonly iat?: number;
  readonly "cognito:groups"?: readonly string[];
}

function claimsOf(token: string): Claims {
  const payload = token.split(".")[1] ?? "";
  return JSON.parse(atob(payload.replaceAll("-", "+").replaceAll("_", "/"))) as Claims;
}
