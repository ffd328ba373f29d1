import { VideoApiClient } from "../api/VideoApiClient";

/** One request that the studio sent. */
export interface Sent {
  readonly method: string;
  /** With the query, without the host and the API's prefix. */
  readonly path: string;
  readonly headers: Headers;
  readonly body: unknown;
}

type Respond = (sent: Sent) => object | Promise<object>;

const BASE = "https://retake.test/api/v1";

/** The API as the studio's client sees it: answers what it was given, and keeps what was sent. */
export class FakeServer {
  readonly sent: Sent[] = [];
  private readonly answers = new Map<string, Respond>();

  /** Answer an operation such as `GET /jobs/one`; the query does not matter. */
  on(operation: string, answer: object | Respond): this {
    this.answers.set(operation, typeof answer === "function" ? (answer as Respond) : () => answer);
    return this;
  }

  /** Return what was sent to one operation. */
  sentTo(operation: string): readonly Sent[] {
    return this.sent.filter((one) => operationOf(one) === operation);
  }

  /** Sends a request without a sign-in. */
  readonly fetcher = (request: Request): Promise<Response> => this.receive(request);

  readonly client = new VideoApiClient(
    BASE,
    { token: () => Promise.resolve("token"), refuse: () => undefined },
    (request) => this.receive(request),
  );

  private async receive(request: Request): Promise<Response> {
    const text = await request.text();
    const sent: Sent = {
      method: request.method,
      path: request.url.replace(BASE, ""),
      headers: request.headers,
      body: text === "" ? undefined : (JSON.parse(text) as unknown),
    };
    this.sent.push(sent);
    const answer = this.answers.get(operationOf(sent));
    if (answer === undefined)
      return Response.json({ detail: `Nothing answers ${operationOf(sent)}.` }, { status: 404 });
    const given = await answer(sent);
    return given instanceof Response ? given : Response.json(given);
  }
}

/** A problem as the API answers it. */
export function problem(status: number, detail: string, faults: Record<string, string> = {}): Response {
  const errors = Object.entries(faults).map(([field, text]) => ({ field, detail: text }));
  return Response.json({ type: "urn:retake:problem:invalid-request", detail, errors }, { status });
}

function operationOf({ method, path }: Sent): string {
  return `${method} ${path.split("?")[0] ?? ""}`;
}
