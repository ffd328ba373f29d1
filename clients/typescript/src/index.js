import createFetchClient from "openapi-fetch";

/** @type {typeof import("./index.d.ts").createClient} */
export const createClient = ({ url, token, ...options }) => {
  const client = createFetchClient({ ...options, baseUrl: url });
  client.use({
    async onRequest({ request }) {
      const current = typeof token === "function" ? await token() : token;
      request.headers.set("Authorization", `Bearer ${current}`);
      if (request.method === "POST" && !request.headers.has("Idempotency-Key")) {
        request.headers.set("Idempotency-Key", crypto.randomUUID());
      }
      return request;
    },
  });
  return client;
};

/** @type {typeof import("./index.d.ts").isProblem} */
export const isProblem = (error) =>
  typeof error === "object" && error !== null && "type" in error && "status" in error;
