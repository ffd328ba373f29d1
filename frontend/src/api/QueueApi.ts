import type { Http } from "./http";
import { batchPath, jobPath, query, videoPath } from "./paths";
import { type Paging, type Reading, signalOf } from "./requests";
import type { BatchQueueView, BatchView, QueueView, ScheduleList, TrackedVideoView } from "./schema";

/** What has not ended, and what is to start later. */
export class QueueApi {
  constructor(private readonly http: Http) {}

  read(paging: Paging = {}): Promise<QueueView> {
    const path = `/queue${query({ cursor: paging.cursor, limit: paging.limit })}`;
    return this.http.json(path, signalOf(paging));
  }

  pauseBatch(jobId: string, batchId: string): Promise<BatchView> {
    return this.http.post(`${batchPath(jobId, batchId)}/pause`);
  }

  resumeBatch(jobId: string, batchId: string): Promise<BatchView> {
    return this.http.post(`${batchPath(jobId, batchId)}/resume`);
  }

  pauseVideo(videoId: string): Promise<TrackedVideoView> {
    return this.http.post(`${videoPath(videoId)}/pause`);
  }

  resumeVideo(videoId: string): Promise<TrackedVideoView> {
    return this.http.post(`${videoPath(videoId)}/resume`);
  }

  /** Put the batches that wait on a job in a new order; refused if others wait meanwhile. */
  reorderBatches(jobId: string, order: readonly string[]): Promise<BatchQueueView> {
    return this.http.json(`${jobPath(jobId)}/batches`, { method: "PATCH", body: { order } });
  }

  listSchedules(paging: Paging = {}): Promise<ScheduleList> {
    const path = `/schedules${query({ cursor: paging.cursor, limit: paging.limit })}`;
    return this.http.json(path, signalOf(paging));
  }

  async cancelSchedule(scheduleId: string, reading: Reading = {}): Promise<void> {
    const path = `/schedules/${encodeURIComponent(scheduleId)}`;
    await this.http.ask(path, { method: "DELETE", ...signalOf(reading) });
  }
}
