/** The API's types, as its TypeScript client has them: both are made of one OpenAPI document. */
export type * from "../../../clients/typescript/src/schema.d.ts";
