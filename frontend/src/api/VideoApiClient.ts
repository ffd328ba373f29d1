import { AccountApi } from "./AccountApi";
import { parseEventStream, type EventPage } from "./events";
import { contentTypeOf } from "./fileTypes";
import { type Api, dataOf, given, keyed, makeApi, type TokenSource } from "./http";
import { QueueApi } from "./QueueApi";
import { References } from "./References";
import type { InProject, NewVideo, NewVideos, Paging, Reading, VideoFilter } from "./requests";
import type {
  AcceptedBatchView,
  BatchList,
  BatchRequestModel,
  BatchView,
  BulkDownloadRequest,
  BulkDownloadView,
  ComparisonView,
  CreationView,
  DownloadView,
  EstimateView,
  JobEstimateView,
  JobList,
  JobRequestModel,
  JobView,
  ModelList,
  ProjectList,
  ProjectView,
  RestoreView,
  ScheduleModel,
  ScheduleView,
  UploadForm,
  UploadRequest,
  TrackedVideoView,
  VersionList,
  VideoList,
  VideoView,
} from "./schema";
import { SharesApi } from "./SharesApi";
import { TemplatesApi } from "./TemplatesApi";
import { TimelineApi } from "./TimelineApi";
import { upload } from "./uploads";

/**
 * The one client of Retake's API. Everything the studio reads or does goes through it.
 *
 * Methods that start something take an idempotency key: the same key never starts it twice.
 * All of them throw `ApiProblem` for an answer that is no success.
 */
export class VideoApiClient {
  readonly queue: QueueApi;
  readonly account: AccountApi;
  readonly templates: TemplatesApi;
  readonly timeline: TimelineApi;
  readonly shares: SharesApi;
  private readonly api: Api;
  private readonly references = new References((upload) => this.createUpload(upload));

  constructor(base: string, tokens: TokenSource, fetcher?: (request: Request) => Promise<Response>) {
    this.api = makeApi(base, tokens, fetcher);
    this.queue = new QueueApi(this.api);
    this.account = new AccountApi(this.api);
    this.templates = new TemplatesApi(this.api);
    this.timeline = new TimelineApi(this.api, this.references);
    this.shares = new SharesApi(this.api);
  }

  // Uploads

  /** Create the form that sends one file. */
  createUpload(body: UploadRequest): Promise<UploadForm> {
    return dataOf(this.api.POST("/api/v1/uploads", { params: { header: keyed() }, body }));
  }

  /** Upload a file that becomes a clip: each time anew. Returns the upload's id. */
  sendClip(file: File): Promise<string> {
    return upload(file, contentTypeOf(file.name), (request) => this.createUpload(request));
  }

  /** Upload a picture or a video that something is made from; the same file once. Returns the upload's id. */
  sendReference(file: File): Promise<string> {
    return this.references.sendFile(file);
  }

  // Videos

  /** Make one video from a prompt, and a reference if there is one. */
  async createSingle(video: NewVideo & InProject, key?: string): Promise<TrackedVideoView> {
    const body = await this.references.sendFor(video);
    return dataOf(this.api.POST("/api/v1/videos", { params: { header: keyed(key) }, body }));
  }

  /** Make up to three takes of one prompt: the same settings, a title and a seed each. */
  async createVariations(
    video: NewVideo & InProject & { readonly variations: number },
    key?: string,
  ): Promise<CreationView> {
    const body = await this.references.sendFor(video);
    return dataOf(this.api.POST("/api/v1/videos/variations", { params: { header: keyed(key) }, body }));
  }

  /** Make up to three different videos side by side. */
  async createBatch(
    videos: readonly NewVideo[],
    { project_id = null }: InProject = {},
    key?: string,
  ): Promise<CreationView> {
    const body = { videos: await this.references.sendForAll(videos, "videos"), project_id };
    return dataOf(this.api.POST("/api/v1/videos/batch", { params: { header: keyed(key) }, body }));
  }

  /** Make videos at a time, given in ISO 8601 with its zone; they are checked and priced now. */
  async scheduleVideos(at: string, work: NewVideos, key?: string): Promise<ScheduleView> {
    const body = { at, ...(await this.scheduled(work)) };
    return dataOf(this.api.POST("/api/v1/schedules", { params: { header: keyed(key) }, body }));
  }

  listVideos(filter: VideoFilter = {}, { signal = null, ...page }: Paging = {}): Promise<VideoList> {
    const { status, projectId: project_id, words: q } = filter;
    const params = { query: given({ status, project_id, q, ...page }) };
    return dataOf(this.api.GET("/api/v1/videos", { params, signal }));
  }

  getVideo(video_id: string, reading: Reading = {}): Promise<TrackedVideoView> {
    return dataOf(this.api.GET("/api/v1/videos/{video_id}", { params: { path: { video_id } }, ...reading }));
  }

  /** Make a video again that failed or was cancelled; with its own model where none is named. */
  retryVideo(video_id: string, model = ""): Promise<TrackedVideoView> {
    const params = { path: { video_id }, header: keyed() };
    const path = "/api/v1/videos/{video_id}/retry";
    return dataOf(this.api.POST(path, model ? { params, body: { model } } : { params }));
  }

  cancelVideo(video_id: string): Promise<TrackedVideoView> {
    const params = { path: { video_id }, header: keyed() };
    return dataOf(this.api.POST("/api/v1/videos/{video_id}/cancel", { params }));
  }

  /** Delete a video; also sent while the page is being closed. */
  async deleteVideo(video_id: string): Promise<void> {
    const params = { path: { video_id } };
    await this.api.DELETE("/api/v1/videos/{video_id}", { params, keepalive: true });
  }

  /** Sign an address that downloads a video under its title. */
  downloadVideo(video_id: string): Promise<DownloadView> {
    return dataOf(this.api.GET("/api/v1/videos/{video_id}/download", { params: { path: { video_id } } }));
  }

  /** Pack many videos into one ZIP; the same ones are packed once. */
  requestDownload(body: BulkDownloadRequest): Promise<BulkDownloadView> {
    return dataOf(this.api.POST("/api/v1/downloads", { params: { header: keyed() }, body }));
  }

  readDownload(download_id: string, reading: Reading = {}): Promise<BulkDownloadView> {
    const params = { path: { download_id } };
    return dataOf(this.api.GET("/api/v1/downloads/{download_id}", { params, ...reading }));
  }

  listModels(reading: Reading = {}): Promise<ModelList> {
    return dataOf(this.api.GET("/api/v1/models", { ...reading }));
  }

  listProjects(reading: Reading = {}): Promise<ProjectList> {
    return dataOf(this.api.GET("/api/v1/projects", { ...reading }));
  }

  createProject(name: string): Promise<ProjectView> {
    return dataOf(this.api.POST("/api/v1/projects", { params: { header: keyed() }, body: { name } }));
  }

  // Jobs

  listJobs({ signal = null, ...query }: Paging = {}): Promise<JobList> {
    return dataOf(this.api.GET("/api/v1/jobs", { params: { query: given(query) }, signal }));
  }

  createJob(body: JobRequestModel, key?: string): Promise<JobView> {
    return dataOf(this.api.POST("/api/v1/jobs", { params: { header: keyed(key) }, body }));
  }

  /** Price a job, with its size and frame rate; nothing is made. */
  estimateJob(body: JobRequestModel, reading: Reading = {}): Promise<JobEstimateView> {
    return dataOf(this.api.POST("/api/v1/jobs/estimate", { body, ...reading }));
  }

  getJob(job_id: string, reading: Reading = {}): Promise<JobView> {
    return dataOf(this.api.GET("/api/v1/jobs/{job_id}", { params: { path: { job_id } }, ...reading }));
  }

  /** Delete a job; also sent while the page is being closed. */
  async deleteJob(job_id: string): Promise<void> {
    await this.api.DELETE("/api/v1/jobs/{job_id}", { params: { path: { job_id } }, keepalive: true });
  }

  /** Compose the video again, after that failed. */
  recomposeVideo(job_id: string): Promise<VideoView> {
    return dataOf(this.api.POST("/api/v1/jobs/{job_id}/recompose", { params: { path: { job_id } } }));
  }

  // Batches

  /** Price a batch; nothing is started. */
  estimateBatch(job_id: string, body: BatchRequestModel, reading: Reading = {}): Promise<EstimateView> {
    const path = "/api/v1/jobs/{job_id}/clips/batch-regenerate/estimate";
    return dataOf(this.api.POST(path, { params: { path: { job_id } }, body, ...reading }));
  }

  regenerateClips(job_id: string, body: BatchRequestModel, key?: string): Promise<AcceptedBatchView> {
    const params = { path: { job_id }, header: keyed(key) };
    return dataOf(this.api.POST("/api/v1/jobs/{job_id}/clips/batch-regenerate", { params, body }));
  }

  listBatches(job_id: string, { signal = null, ...query }: Paging = {}): Promise<BatchList> {
    const params = { path: { job_id }, query: given(query) };
    return dataOf(this.api.GET("/api/v1/jobs/{job_id}/batches", { params, signal }));
  }

  getBatch(job_id: string, batch_id: string, reading: Reading = {}): Promise<BatchView> {
    const params = { path: { job_id, batch_id } };
    return dataOf(this.api.GET("/api/v1/jobs/{job_id}/batches/{batch_id}", { params, ...reading }));
  }

  cancelBatch(job_id: string, batch_id: string): Promise<BatchView> {
    const params = { path: { job_id, batch_id }, header: keyed() };
    return dataOf(this.api.POST("/api/v1/jobs/{job_id}/batches/{batch_id}/cancel", { params }));
  }

  /** Start a new batch of the clips that did not succeed; each with its own model where none is named. */
  retryBatch(job_id: string, batch_id: string, key?: string, model = ""): Promise<AcceptedBatchView> {
    const params = { path: { job_id, batch_id }, header: keyed(key) };
    const path = "/api/v1/jobs/{job_id}/batches/{batch_id}/retry";
    return dataOf(this.api.POST(path, model ? { params, body: { model } } : { params }));
  }

  // Events

  /** Read what happened to a job after an event. */
  async readEvents(job_id: string, after: number, reading: Reading = {}): Promise<EventPage> {
    const params = { path: { job_id }, header: resumedAfter(after) };
    const stream = this.api.GET("/api/v1/jobs/{job_id}/events", { params, ...EVENT_STREAM, ...reading });
    return parseEventStream(await dataOf(stream));
  }

  /** Read what happened to the user's videos and schedules after an event. */
  async readUserEvents(after: number, reading: Reading = {}): Promise<EventPage> {
    const params = { header: resumedAfter(after) };
    return parseEventStream(
      await dataOf(this.api.GET("/api/v1/events", { params, ...EVENT_STREAM, ...reading })),
    );
  }

  // Versions

  listVersions(job_id: string, clip_index: number, reading: Reading = {}): Promise<VersionList> {
    const params = { path: { job_id, clip_index } };
    return dataOf(this.api.GET("/api/v1/jobs/{job_id}/clips/{clip_index}/versions", { params, ...reading }));
  }

  compareVersions(
    job_id: string,
    clip_index: number,
    left: string,
    right: string,
    reading: Reading = {},
  ): Promise<ComparisonView> {
    const params = { path: { job_id, clip_index }, query: { left, right } };
    const path = "/api/v1/jobs/{job_id}/clips/{clip_index}/versions/compare";
    return dataOf(this.api.GET(path, { params, ...reading }));
  }

  restoreVersion(job_id: string, clip_index: number, version_id: string): Promise<RestoreView> {
    const params = { path: { job_id, clip_index, version_id }, header: keyed() };
    const path = "/api/v1/jobs/{job_id}/clips/{clip_index}/versions/{version_id}/restore";
    return dataOf(this.api.POST(path, { params }));
  }

  private async scheduled(work: NewVideos): Promise<Omit<ScheduleModel, "at">> {
    if ("video" in work) return { video: await this.references.sendFor(work.video) };
    if ("variations" in work) return { variations: await this.references.sendFor(work.variations) };
    const { videos, project_id = null } = work.batch;
    return { batch: { videos: await this.references.sendForAll(videos, "videos"), project_id } };
  }
}

const EVENT_STREAM = { parseAs: "text", headers: { Accept: "text/event-stream" } } as const;

function resumedAfter(event: number): { "Last-Event-ID"?: string } {
  return event > 0 ? { "Last-Event-ID": String(event) } : {};
}
