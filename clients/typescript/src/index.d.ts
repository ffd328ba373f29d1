import type { Client, ClientOptions } from "openapi-fetch";
import type { paths, Problem } from "./schema.d.ts";

export type * from "./schema.d.ts";

/** A client with a method for each HTTP method: `client.GET("/api/v1/jobs/{job_id}", { params })`. */
export type RetakeClient = Client<paths>;

export interface RetakeClientOptions extends Omit<ClientOptions, "baseUrl"> {
  /** Where the server is, without a path; empty in a page that the server itself serves. */
  readonly url: string;
  /** The ID token of who signed in, or where the current one comes from. */
  readonly token: string | (() => string | Promise<string>);
}

/**
 * A typed client. It signs each request, and gives each POST an `Idempotency-Key` of its own unless the caller
 * names one; name one where a request may be sent again.
 */
export declare function createClient(options: RetakeClientOptions): RetakeClient;

/** Whether an error answer is one of the API's problems (RFC 9457), whose `type` tells which. */
export declare function isProblem(error: unknown): error is Problem;
