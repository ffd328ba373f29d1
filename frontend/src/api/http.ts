import createClient, { type Client } from "openapi-fetch";
import { isTransient, problemOf } from "./problem";
import type { paths } from "./schema";

/** The API's operations, typed by its OpenAPI document. */
export type Api = Client<paths>;

/** Where tokens come from. */
export interface TokenSource {
  /** Return a token that is valid for a while; waits while a new sign-in is needed. */
  token(): Promise<string>;
  /** Drop a token that the server refused, so that the next one is another. */
  refuse(token: string): void;
}

type Fetcher = (request: Request) => Promise<Response>;

const PREFIX = "/api/v1";
const PAUSES_MS = [400, 1500];
const UNAUTHORIZED = 401;

/**
 * Make a client of the API that sends tokens, and repeats a request where that can help and does no harm.
 *
 * @param base The address of the API, which ends with the prefix that the document's paths begin with.
 * @throws ApiProblem (each operation) for an answer that is no success.
 */
export function makeApi(base: string, tokens: TokenSource, fetcher: Fetcher = fetchRequest): Api {
  return clientOf(base, (request) => sendSignedIn(request, tokens, fetcher));
}

/** Make a client for what needs no sign-in: it sends no token, and no cookie of this origin either. */
export function makePublicApi(base: string, fetcher: Fetcher = fetchRequest): Api {
  return clientOf(base, (request) => sendOnce(new Request(request, { credentials: "omit" }), fetcher));
}

function clientOf(base: string, once: Fetcher): Api {
  const send = (request: Request) => sendRepeatedly(request, once);
  return createClient<paths>({ baseUrl: base.replace(PREFIX, ""), cache: "no-store", fetch: send });
}

/** Return what an operation answered. Failures never get here: they are thrown as problems. */
export async function dataOf<T>(answer: Promise<{ readonly data?: T }>): Promise<NonNullable<T>> {
  return (await answer).data as NonNullable<T>;
}

/** A query whose parameters may be missing; the client leaves out what is undefined or null. */
export function given<T extends object>(query: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return query;
}

/** The header by which the same thing is never started twice. */
export function keyed(key: string = crypto.randomUUID()): { "Idempotency-Key": string } {
  return { "Idempotency-Key": key };
}

/** The header by which a change is refused if the timeline is no longer the one that was seen. */
export function ifMatch(revision: number): { "If-Match": string } {
  return { "If-Match": `"${revision}"` };
}

function fetchRequest(request: Request): Promise<Response> {
  return fetch(request);
}

/**
 * Send once, and again after a refused token or an answer that never came. That is safe for every request
 * here: POSTs that start something carry an idempotency key, the others may be repeated.
 */
async function sendRepeatedly(request: Request, once: Fetcher): Promise<Response> {
  // Readers of events have a better way to go on than asking the same again.
  const pauses = request.headers.get("Accept") === "text/event-stream" ? [] : PAUSES_MS;
  for (const pause of pauses) {
    try {
      return await once(request);
    } catch (error) {
      if (!isTransient(error) || request.signal.aborted || isOffline()) throw error;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
  return once(request);
}

async function sendOnce(request: Request, fetcher: Fetcher): Promise<Response> {
  const answer = await fetcher(request.clone());
  if (!answer.ok) throw await problemOf(answer);
  return answer;
}

async function sendSignedIn(request: Request, tokens: TokenSource, fetcher: Fetcher): Promise<Response> {
  const send = (token: string) => {
    const sent = request.clone();
    sent.headers.set("Authorization", `Bearer ${token}`);
    return fetcher(sent);
  };
  const token = await tokens.token();
  let answer = await send(token);
  if (answer.status === UNAUTHORIZED) {
    tokens.refuse(token);
    answer = await send(await tokens.token());
  }
  if (!answer.ok) throw await problemOf(answer);
  return answer;
}

// A repeated request would be sent later, unseen. Not every runtime knows whether it is online.
function isOffline(): boolean {
  return (navigator as Partial<Navigator>).onLine === false;
}
