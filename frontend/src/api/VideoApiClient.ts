import { AccountApi } from "./AccountApi";
import { parseEventStream, type EventPage } from "./events";
import { Http, type TokenSource } from "./http";
import { batchPath, clipPath, ifMatch, jobPath, query, videoPath } from "./paths";
import { QueueApi } from "./QueueApi";
import { References } from "./References";
import {
  type InProject,
  type NewJob,
  type NewVideo,
  type NewVideos,
  type Paging,
  type Reading,
  signalOf,
  type VideoFilter,
} from "./requests";
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
  ScheduleView,
  UploadForm,
  UploadRequest,
  TrackedVideoView,
  VersionList,
  VideoList,
  VideoView,
} from "./schema";
import { TemplatesApi } from "./TemplatesApi";

interface WithReference {
  readonly imageReference?: File | undefined;
}

/**
 * The one client of Retake's API. Everything the studio asks or does goes through it.
 *
 * Methods that start something take an idempotency key: the same key never starts it twice.
 * All of them throw `ApiProblem` for an answer that is no success.
 */
export class VideoApiClient {
  readonly queue: QueueApi;
  readonly account: AccountApi;
  readonly templates: TemplatesApi;
  private readonly http: Http;
  private readonly references = new References((upload) => this.createUpload(upload));

  constructor(base: string, tokens: TokenSource, fetcher?: typeof fetch) {
    this.http = new Http(base, tokens, fetcher);
    this.queue = new QueueApi(this.http);
    this.account = new AccountApi(this.http);
    this.templates = new TemplatesApi(this.http);
  }

  // Uploads

  /** Ask for the form that sends one file. */
  createUpload(upload: UploadRequest): Promise<UploadForm> {
    return this.post("/uploads", upload);
  }

  // Videos

  /** Make one video from words, and a reference if there is one. */
  async createSingle(video: NewVideo & InProject, key?: string): Promise<TrackedVideoView> {
    return this.post("/videos", await this.wishOf(video), key);
  }

  /** Make up to three takes of one prompt: the same settings, a title and a seed each. */
  async createVariations(
    video: NewVideo & InProject & { readonly variations: number },
    key?: string,
  ): Promise<CreationView> {
    return this.post("/videos/variations", await this.wishOf(video), key);
  }

  /** Make up to three different videos side by side. */
  async createBatch(
    videos: readonly NewVideo[],
    { project_id = null }: InProject = {},
    key?: string,
  ): Promise<CreationView> {
    return this.post("/videos/batch", { videos: await this.wishesOf(videos, "videos"), project_id }, key);
  }

  /** Have videos made at a time, given in ISO 8601 with its zone; they are checked and priced now. */
  async scheduleVideos(at: string, work: NewVideos, key?: string): Promise<ScheduleView> {
    if ("video" in work) return this.post("/schedules", { at, video: await this.wishOf(work.video) }, key);
    if ("variations" in work) {
      return this.post("/schedules", { at, variations: await this.wishOf(work.variations) }, key);
    }
    const { videos, project_id = null } = work.batch;
    return this.post(
      "/schedules",
      { at, batch: { videos: await this.wishesOf(videos, "videos"), project_id } },
      key,
    );
  }

  listVideos(filter: VideoFilter = {}, paging: Paging = {}): Promise<VideoList> {
    const { status, projectId: project_id } = filter;
    const path = `/videos${query({ status, project_id, cursor: paging.cursor, limit: paging.limit })}`;
    return this.http.json(path, signalOf(paging));
  }

  getVideo(videoId: string, reading: Reading = {}): Promise<TrackedVideoView> {
    return this.http.json(videoPath(videoId), signalOf(reading));
  }

  retryVideo(videoId: string): Promise<TrackedVideoView> {
    return this.post(`${videoPath(videoId)}/retry`);
  }

  cancelVideo(videoId: string): Promise<TrackedVideoView> {
    return this.post(`${videoPath(videoId)}/cancel`);
  }

  async deleteVideo(videoId: string): Promise<void> {
    await this.http.ask(videoPath(videoId), { method: "DELETE" });
  }

  /** Ask for an address that downloads a video under its title. */
  downloadVideo(videoId: string): Promise<DownloadView> {
    return this.http.json(`${videoPath(videoId)}/download`);
  }

  /** Have many videos packed into one archive; the same ones are packed once. */
  requestDownload(request: BulkDownloadRequest): Promise<BulkDownloadView> {
    return this.post("/downloads", request);
  }

  readDownload(downloadId: string, reading: Reading = {}): Promise<BulkDownloadView> {
    return this.http.json(`/downloads/${encodeURIComponent(downloadId)}`, signalOf(reading));
  }

  listModels(reading: Reading = {}): Promise<ModelList> {
    return this.http.json("/models", signalOf(reading));
  }

  listProjects(reading: Reading = {}): Promise<ProjectList> {
    return this.http.json("/projects", signalOf(reading));
  }

  createProject(name: string): Promise<ProjectView> {
    return this.post("/projects", { name });
  }

  // Jobs

  listJobs(paging: Paging = {}): Promise<JobList> {
    return this.http.json(`/jobs${query({ cursor: paging.cursor, limit: paging.limit })}`, signalOf(paging));
  }

  async createJob(job: NewJob, key?: string): Promise<JobView> {
    return this.post("/jobs", { ...job, clips: await this.wishesOf(job.clips, "clips") }, key);
  }

  /** Say what a job would cost, and its size and frame rate; nothing is made. */
  estimateJob(job: JobRequestModel, reading: Reading = {}): Promise<JobEstimateView> {
    const ask = { method: "POST", body: job, ...signalOf(reading) } as const;
    return this.http.json("/jobs/estimate", ask);
  }

  getJob(jobId: string, reading: Reading = {}): Promise<JobView> {
    return this.http.json(jobPath(jobId), signalOf(reading));
  }

  async deleteJob(jobId: string): Promise<void> {
    await this.http.ask(jobPath(jobId), { method: "DELETE" });
  }

  /** Put the clips in a new order, given as their indexes of now; refused if the timeline moved on. */
  reorderClips(job: JobView, order: number[]): Promise<JobView> {
    const headers = ifMatch(job.timeline_revision);
    return this.http.json(`${jobPath(job.job_id)}/clips`, { method: "PATCH", body: { order }, headers });
  }

  /** Take a clip out of the timeline; refused if the timeline moved on. */
  removeClip(job: JobView, clipIndex: number): Promise<JobView> {
    const headers = ifMatch(job.timeline_revision);
    return this.http.json(clipPath(job.job_id, clipIndex), { method: "DELETE", headers });
  }

  /** Compose the video again, after that failed. */
  recomposeVideo(jobId: string): Promise<VideoView> {
    return this.post(`${jobPath(jobId)}/recompose`);
  }

  // Batches

  /** Price a batch; nothing is started. */
  estimateBatch(jobId: string, batch: BatchRequestModel, reading: Reading = {}): Promise<EstimateView> {
    const ask = { method: "POST", body: batch, ...signalOf(reading) } as const;
    return this.http.json(`${jobPath(jobId)}/clips/batch-regenerate/estimate`, ask);
  }

  regenerateClips(jobId: string, batch: BatchRequestModel, key?: string): Promise<AcceptedBatchView> {
    return this.post(`${jobPath(jobId)}/clips/batch-regenerate`, batch, key);
  }

  listBatches(jobId: string, paging: Paging = {}): Promise<BatchList> {
    const path = `${jobPath(jobId)}/batches${query({ cursor: paging.cursor, limit: paging.limit })}`;
    return this.http.json(path, signalOf(paging));
  }

  getBatch(jobId: string, batchId: string, reading: Reading = {}): Promise<BatchView> {
    return this.http.json(batchPath(jobId, batchId), signalOf(reading));
  }

  cancelBatch(jobId: string, batchId: string): Promise<BatchView> {
    return this.post(`${batchPath(jobId, batchId)}/cancel`);
  }

  /** Start a new batch of the clips that did not succeed. */
  retryBatch(jobId: string, batchId: string, key?: string): Promise<AcceptedBatchView> {
    return this.post(`${batchPath(jobId, batchId)}/retry`, undefined, key);
  }

  // Events

  /** Read what happened to a job after an event. */
  readEvents(jobId: string, after: number, reading: Reading = {}): Promise<EventPage> {
    return this.readStream(`${jobPath(jobId)}/events`, after, reading);
  }

  /** Read what happened to the person's videos and schedules after an event. */
  readUserEvents(after: number, reading: Reading = {}): Promise<EventPage> {
    return this.readStream("/events", after, reading);
  }

  // Versions

  listVersions(jobId: string, clipIndex: number, reading: Reading = {}): Promise<VersionList> {
    return this.http.json(`${clipPath(jobId, clipIndex)}/versions`, signalOf(reading));
  }

  compareVersions(
    jobId: string,
    clipIndex: number,
    left: string,
    right: string,
    reading: Reading = {},
  ): Promise<ComparisonView> {
    const path = `${clipPath(jobId, clipIndex)}/versions/compare${query({ left, right })}`;
    return this.http.json(path, signalOf(reading));
  }

  restoreVersion(jobId: string, clipIndex: number, versionId: string): Promise<RestoreView> {
    return this.post(`${clipPath(jobId, clipIndex)}/versions/${encodeURIComponent(versionId)}/restore`);
  }

  /** Send the reference first: a request names it by its upload. */
  private async wishOf<T extends WithReference>(asked: T, prefix = ""): Promise<Omit<T, "imageReference">> {
    const { imageReference, ...wish } = asked;
    if (!imageReference) return wish;
    const id = await this.references.idOf(imageReference, `${prefix}reference_upload_id`);
    return { ...wish, reference_upload_id: id };
  }

  private wishesOf<T extends WithReference>(
    asked: readonly T[],
    field: string,
  ): Promise<Omit<T, "imageReference">[]> {
    return Promise.all(asked.map((wish, place) => this.wishOf(wish, `${field}[${place}].`)));
  }

  private async readStream(path: string, after: number, reading: Reading): Promise<EventPage> {
    const headers: Record<string, string> = { Accept: "text/event-stream" };
    if (after > 0) headers["Last-Event-ID"] = String(after);
    const answer = await this.http.ask(path, { headers, once: true, ...signalOf(reading) });
    return parseEventStream(await answer.text());
  }

  private post<T>(path: string, body?: unknown, key?: string): Promise<T> {
    return this.http.post(path, body, key);
  }
}
