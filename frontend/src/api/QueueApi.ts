import { type Api, dataOf, given, keyed } from "./http";
import type { Paging, Reading } from "./requests";
import type {
  BatchQueueView,
  BatchView,
  EstimateView,
  QueueView,
  ScheduleList,
  TrackedVideoView,
} from "./schema";

/** What has not ended, and what is to start later. */
export class QueueApi {
  constructor(private readonly api: Api) {}

  read({ signal = null, ...query }: Paging = {}): Promise<QueueView> {
    return dataOf(this.api.GET("/api/v1/queue", { params: { query: given(query) }, signal }));
  }

  pauseBatch(job_id: string, batch_id: string): Promise<BatchView> {
    const params = { path: { job_id, batch_id }, header: keyed() };
    return dataOf(this.api.POST("/api/v1/jobs/{job_id}/batches/{batch_id}/pause", { params }));
  }

  resumeBatch(job_id: string, batch_id: string): Promise<BatchView> {
    const params = { path: { job_id, batch_id }, header: keyed() };
    return dataOf(this.api.POST("/api/v1/jobs/{job_id}/batches/{batch_id}/resume", { params }));
  }

  /** Resume a held batch with another model for what was not started. */
  changeModel(job_id: string, batch_id: string, model: string): Promise<BatchView> {
    const params = { path: { job_id, batch_id }, header: keyed() };
    const path = "/api/v1/jobs/{job_id}/batches/{batch_id}/change-model";
    return dataOf(this.api.POST(path, { params, body: { model } }));
  }

  /** What is left of a held batch would cost with another model; nothing is changed. */
  estimateModelChange(
    job_id: string,
    batch_id: string,
    model: string,
    reading: Reading = {},
  ): Promise<EstimateView> {
    const path = "/api/v1/jobs/{job_id}/batches/{batch_id}/change-model/estimate";
    return dataOf(
      this.api.POST(path, { params: { path: { job_id, batch_id } }, body: { model }, ...reading }),
    );
  }

  pauseVideo(video_id: string): Promise<TrackedVideoView> {
    const params = { path: { video_id }, header: keyed() };
    return dataOf(this.api.POST("/api/v1/videos/{video_id}/pause", { params }));
  }

  resumeVideo(video_id: string): Promise<TrackedVideoView> {
    const params = { path: { video_id }, header: keyed() };
    return dataOf(this.api.POST("/api/v1/videos/{video_id}/resume", { params }));
  }

  /** Put the batches that wait on a job in a new order; refused if others wait meanwhile. */
  reorderBatches(job_id: string, order: readonly string[]): Promise<BatchQueueView> {
    const params = { path: { job_id } };
    return dataOf(this.api.PATCH("/api/v1/jobs/{job_id}/batches", { params, body: { order: [...order] } }));
  }

  listSchedules({ signal = null, ...query }: Paging = {}): Promise<ScheduleList> {
    return dataOf(this.api.GET("/api/v1/schedules", { params: { query: given(query) }, signal }));
  }

  async cancelSchedule(schedule_id: string): Promise<void> {
    await this.api.DELETE("/api/v1/schedules/{schedule_id}", { params: { path: { schedule_id } } });
  }
}
