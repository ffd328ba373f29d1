import { type Api, dataOf, keyed, makePublicApi } from "./http";
import type { Reading } from "./requests";
import type { CommentList, CommentRequestModel, CommentView, SharedView } from "./schema";

/** What a share link shows, by its token: no sign-in is asked for, and none is sent. */
export class PublicShare {
  private readonly api: Api;
  private readonly params: { readonly path: { readonly token: string } };

  constructor(base: string, token: string, fetcher?: (request: Request) => Promise<Response>) {
    this.api = makePublicApi(base, fetcher);
    this.params = { path: { token } };
  }

  read(reading: Reading = {}): Promise<SharedView> {
    return dataOf(this.api.GET("/api/v1/shared/{token}", { params: this.params, ...reading }));
  }

  comments(reading: Reading = {}): Promise<CommentList> {
    return dataOf(this.api.GET("/api/v1/shared/{token}/comments", { params: this.params, ...reading }));
  }

  comment(body: CommentRequestModel, key?: string): Promise<CommentView> {
    const params = { ...this.params, header: keyed(key) };
    return dataOf(this.api.POST("/api/v1/shared/{token}/comments", { params, body }));
  }
}
