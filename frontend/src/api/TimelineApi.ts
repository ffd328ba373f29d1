import { type Api, dataOf, ifMatch, keyed } from "./http";
import type { References } from "./References";
import type { Reading } from "./requests";
import type {
  AddClipsModel,
  JobEstimateView,
  JobView,
  RemovedClipList,
  SoundtrackModel,
  TrimModel,
} from "./schema";

/** The part of a job that names the timeline which a change is meant for. */
export type SeenJob = Pick<JobView, "job_id" | "timeline_revision">;

/** What changes of a clip; a trim of null shows all of it again. */
export interface ClipChange {
  readonly title?: string;
  readonly trim?: TrimModel | null;
}

/** How a sound track is heard. */
export type SoundtrackMix = Required<Omit<SoundtrackModel, "upload_id">>;

/** Changes of a job's timeline. All but titles of jobs are refused if the timeline moved on since it was seen. */
export class TimelineApi {
  constructor(
    private readonly api: Api,
    private readonly references: References,
  ) {}

  /** Add clips; their takes are made in the background. */
  addClips(job: SeenJob, body: AddClipsModel, key: string): Promise<JobView> {
    const params = { path: pathOf(job), header: { ...keyed(key), ...seen(job) } };
    return dataOf(this.api.POST("/api/v1/jobs/{job_id}/clips", { params, body }));
  }

  /** Price clips; nothing is added. */
  estimateClips(job_id: string, body: AddClipsModel, reading: Reading = {}): Promise<JobEstimateView> {
    const params = { path: { job_id } };
    return dataOf(this.api.POST("/api/v1/jobs/{job_id}/clips/estimate", { params, body, ...reading }));
  }

  /** Put the clips in a new order, given as their indexes of now. */
  reorderClips(job: SeenJob, order: number[]): Promise<JobView> {
    const params = { path: pathOf(job), header: { ...keyed(), ...seen(job) } };
    return dataOf(this.api.PATCH("/api/v1/jobs/{job_id}/clips", { params, body: { order } }));
  }

  /** Change a clip's title, or what is shown of it. */
  changeClip(job: SeenJob, clip_index: number, body: ClipChange): Promise<JobView> {
    const params = { path: { ...pathOf(job), clip_index }, header: seen(job) };
    return dataOf(this.api.PATCH("/api/v1/jobs/{job_id}/clips/{clip_index}", { params, body }));
  }

  /** Put a copy of a clip behind it. */
  duplicateClip(job: SeenJob, clip_index: number, key: string): Promise<JobView> {
    const params = { path: { ...pathOf(job), clip_index }, header: { ...keyed(key), ...seen(job) } };
    return dataOf(this.api.POST("/api/v1/jobs/{job_id}/clips/{clip_index}/duplicate", { params }));
  }

  /** Take a clip out of the timeline; it can be put back. */
  removeClip(job: SeenJob, clip_index: number): Promise<JobView> {
    const params = { path: { ...pathOf(job), clip_index }, header: { ...keyed(), ...seen(job) } };
    return dataOf(this.api.DELETE("/api/v1/jobs/{job_id}/clips/{clip_index}", { params }));
  }

  /** The clips that were taken out, the last one first. */
  listRemoved(job_id: string, reading: Reading = {}): Promise<RemovedClipList> {
    const params = { path: { job_id } };
    return dataOf(this.api.GET("/api/v1/jobs/{job_id}/removed-clips", { params, ...reading }));
  }

  /** Put a removed clip back where it was. */
  returnClip(job: SeenJob, clip_id: string): Promise<JobView> {
    const params = { path: { ...pathOf(job), clip_id }, header: seen(job) };
    const path = "/api/v1/jobs/{job_id}/removed-clips/{clip_id}/return";
    return dataOf(this.api.POST(path, { params, body: {} }));
  }

  /** Delete a removed clip with all its takes, for good; returns those that are left. */
  deleteRemoved(job_id: string, clip_id: string): Promise<RemovedClipList> {
    const params = { path: { job_id, clip_id } };
    return dataOf(this.api.DELETE("/api/v1/jobs/{job_id}/removed-clips/{clip_id}", { params }));
  }

  /** Lay a sound track over the video, or change how the one is heard that is there. */
  async setSoundtrack(job: SeenJob, file: File | null, mix: SoundtrackMix): Promise<JobView> {
    const params = { path: pathOf(job), header: seen(job) };
    const body = file ? { ...mix, upload_id: await this.references.sendSound(file) } : mix;
    return dataOf(this.api.PUT("/api/v1/jobs/{job_id}/soundtrack", { params, body }));
  }

  /** Have the clips' own sound heard alone. */
  removeSoundtrack(job: SeenJob): Promise<JobView> {
    const params = { path: pathOf(job), header: seen(job) };
    return dataOf(this.api.DELETE("/api/v1/jobs/{job_id}/soundtrack", { params }));
  }

  /** Take the last change of the timeline back. */
  undo(job: SeenJob): Promise<JobView> {
    const params = { path: pathOf(job), header: { ...keyed(), ...seen(job) } };
    return dataOf(this.api.POST("/api/v1/jobs/{job_id}/undo", { params }));
  }

  /** Give a job, or a video, another title. */
  changeTitle(job_id: string, title: string): Promise<JobView> {
    return dataOf(this.api.PATCH("/api/v1/jobs/{job_id}", { params: { path: { job_id } }, body: { title } }));
  }

  /** Bring a job, or a video, back that was deleted a few minutes ago. */
  undelete(job_id: string): Promise<JobView> {
    return dataOf(this.api.POST("/api/v1/jobs/{job_id}/undelete", { params: { path: { job_id } } }));
  }
}

function pathOf({ job_id }: SeenJob): { job_id: string } {
  return { job_id };
}

function seen({ timeline_revision }: SeenJob): { "If-Match": string } {
  return ifMatch(timeline_revision);
}
