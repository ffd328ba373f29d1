import { type Api, dataOf, given, keyed } from "./http";
import type { Reading } from "./requests";
import type {
  CreatedShareView,
  OwnedCommentList,
  OwnedCommentView,
  ShareList,
  ShareRequestModel,
  ShareView,
} from "./schema";

const PAGE = 100;

/** Links that show a video or a comparison to people without an account, and what these say about it. */
export class SharesApi {
  constructor(private readonly api: Api) {}

  async list(job_id: string, reading: Reading = {}): Promise<readonly ShareView[]> {
    const params = { path: { job_id } };
    const list: ShareList = await dataOf(
      this.api.GET("/api/v1/jobs/{job_id}/shares", { params, ...reading }),
    );
    return list.shares;
  }

  /** Make a link; the answer is the one place that has its token. */
  create(job_id: string, body: ShareRequestModel, key?: string): Promise<CreatedShareView> {
    const params = { path: { job_id }, header: keyed(key) };
    return dataOf(this.api.POST("/api/v1/jobs/{job_id}/shares", { params, body }));
  }

  revoke(job_id: string, share_id: string): Promise<ShareView> {
    const params = { path: { job_id, share_id } };
    return dataOf(this.api.DELETE("/api/v1/jobs/{job_id}/shares/{share_id}", { params }));
  }

  /** Read the comments of all links of a job. */
  async comments(job_id: string, reading: Reading = {}): Promise<readonly OwnedCommentView[]> {
    const found: OwnedCommentView[] = [];
    let cursor: string | null = null;
    do {
      const params = { path: { job_id }, query: given({ limit: PAGE, cursor }) };
      const page: OwnedCommentList = await dataOf(
        this.api.GET("/api/v1/jobs/{job_id}/comments", { params, ...reading }),
      );
      found.push(...page.comments);
      cursor = page.cursor;
    } while (cursor !== null);
    return found;
  }

  deleteComment(job_id: string, share_id: string, comment_id: string): Promise<OwnedCommentView> {
    const params = { path: { job_id, share_id, comment_id } };
    const path = "/api/v1/jobs/{job_id}/shares/{share_id}/comments/{comment_id}";
    return dataOf(this.api.DELETE(path, { params }));
  }
}
