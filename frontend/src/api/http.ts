import { isTransient, problemOf } from "./problem";

export interface Ask {
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** Whoever asks has a better way to go on than asking the same again. */
  readonly once?: boolean;
}

/** Where tokens come from. */
export interface TokenSource {
  /** A token that is good for a while; waits while somebody has to sign in again. */
  token(): Promise<string>;
  /** Told that the server refused a token, so that the next one is another. */
  refuse(token: string): void;
}

const PAUSES_MS = [400, 1500];
const UNAUTHORIZED = 401;

/** Sends requests with a token, and again where that can help and does no harm. */
export class Http {
  constructor(
    private readonly base: string,
    private readonly tokens: TokenSource,
    private readonly fetcher: typeof fetch = (...given) => fetch(...given),
  ) {}

  /**
   * Ask once, and again after a refused token or an answer that never came. That is safe for every
   * request here: POSTs carry an idempotency key, the others may be repeated.
   *
   * @throws ApiProblem for an answer that is no success.
   */
  async ask(path: string, ask: Ask = {}): Promise<Response> {
    for (const pause of PAUSES_MS) {
      try {
        return await this.askSignedIn(path, ask);
      } catch (error) {
        const gaveUp = ask.once === true || ask.signal?.aborted === true || isOffline();
        if (!isTransient(error) || gaveUp) throw error;
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
    }
    return this.askSignedIn(path, ask);
  }

  async json<T>(path: string, ask: Ask = {}): Promise<T> {
    return (await (await this.ask(path, ask)).json()) as T;
  }

  /** Post; the same key never starts the same thing twice. */
  post<T>(path: string, body?: unknown, key: string = crypto.randomUUID()): Promise<T> {
    const headers = { "Idempotency-Key": key };
    return this.json(path, { method: "POST", headers, ...(body === undefined ? {} : { body }) });
  }

  private async askSignedIn(path: string, ask: Ask): Promise<Response> {
    let token = await this.tokens.token();
    let answer = await this.send(path, ask, token);
    if (answer.status === UNAUTHORIZED) {
      this.tokens.refuse(token);
      token = await this.tokens.token();
      answer = await this.send(path, ask, token);
    }
    if (!answer.ok) throw await problemOf(answer);
    return answer;
  }

  private send(path: string, ask: Ask, token: string): Promise<Response> {
    const headers: Record<string, string> = { ...ask.headers, Authorization: `Bearer ${token}` };
    if (ask.body !== undefined) headers["Content-Type"] = "application/json";
    return this.fetcher(this.base + path, {
      method: ask.method ?? "GET",
      headers,
      cache: "no-store",
      // A deletion is also sent while the page is being closed.
      keepalive: ask.method === "DELETE",
      ...(ask.body === undefined ? {} : { body: JSON.stringify(ask.body) }),
      ...(ask.signal ? { signal: ask.signal } : {}),
    });
  }
}

// Asking again would send it later, unseen. Not every runtime knows whether it is online.
function isOffline(): boolean {
  return (navigator as Partial<Navigator>).onLine === false;
}
