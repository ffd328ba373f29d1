import type {
  BatchView,
  ClipView,
  EstimateView,
  JobView,
  ModelView,
  QueueEntryView,
  RegenerationView,
  TrackedVideoView,
  VersionView,
} from "../api/schema";

/* What the API answers, as short as its types allow; a test says what matters to it. */

const NOW = "2026-11-29T08:00:00Z";
const COSTS = { subtotal: 0.06, discount: 0, discount_rate: 0, total: 0.06, clips: [] };

export function aVersion(more: Partial<VersionView> = {}): VersionView {
  const number = more.version_number ?? 1;
  return {
    archived_at: null,
    archived_url: null,
    base_version: null,
    batch_id: null,
    clip_index: 0,
    clip_title: null,
    cost: 0.02,
    created_at: NOW,
    damaged_at: null,
    deleted_at: null,
    duration_ms: 2000,
    expected_at: null,
    id: `version-${number}`,
    is_current: more.state === "current",
    job_id: "job",
    made_from: [],
    notices: [],
    prompt: "a red fox",
    provider: "local",
    provider_cost: null,
    regeneration_id: null,
    size_bytes: 40_000,
    state: "active",
    superseded_at: null,
    take: 1,
    takes: 1,
    thumbnail_url: `/files/version-${number}.jpg`,
    user_instruction: null,
    version_id: `version-${number}`,
    version_number: number,
    video_url: `/files/version-${number}.mp4`,
    ...more,
  };
}

export function aClip(index: number, more: Partial<ClipView> = {}): ClipView {
  return {
    clip_id: `clip-${index}`,
    clip_index: index,
    current_version: aVersion({ clip_index: index, state: "current" }),
    duration_ms: 2000,
    failure: null,
    file_name: null,
    frames: 60,
    model: null,
    notices: [],
    prompt: "",
    stale: false,
    stale_reason: null,
    status: "ready",
    title: ["Fox", "Snow", "Night", "Dawn"][index] ?? `Clip ${index}`,
    trim: null,
    version_count: 1,
    ...more,
  };
}

export function aJob(clips: number, more: Partial<JobView> = {}): JobView {
  return {
    active_batch_id: null,
    clip_count: clips,
    clips: Array.from({ length: clips }, (_, index) => aClip(index)),
    created_at: NOW,
    duration_ms: clips * 2000,
    failure: null,
    has_soundtrack: false,
    soundtrack: null,
    job_id: "job",
    kind: "job",
    last_event_id: 0,
    poster_url: null,
    profile: { width: 1280, height: 720, fps: 30 },
    status: "ready",
    timeline_revision: 1,
    title: "Winter",
    undelete_until: null,
    undo: null,
    update_order: [],
    video: null,
    stream_url: null,
    waiting_batch_ids: [],
    ...more,
  };
}

export function anEstimate(more: Partial<EstimateView> = {}): EstimateView {
  return {
    archives: [],
    cost_breakdown: COSTS,
    estimated_total_cost: 0.06,
    estimated_total_time: 20,
    platform_cost: null,
    warnings: [],
    ...more,
  };
}

export function aRegeneration(index: number, more: Partial<RegenerationView> = {}): RegenerationView {
  return {
    attempts: 1,
    clip_id: `clip-${index}`,
    clip_index: index,
    clip_title: aClip(index).title,
    doubt: null,
    error: null,
    estimated_cost: 0.02,
    instruction: "make it night",
    model: "local",
    progress: 0,
    regeneration_id: `regeneration-${index}`,
    status: "queued",
    take: 1,
    takes: 1,
    version_number: null,
    ...more,
  };
}

export function aBatch(regenerations: RegenerationView[], more: Partial<BatchView> = {}): BatchView {
  return {
    batch_id: "batch",
    cancel_effect: null,
    cancel_requested: false,
    cause: null,
    charged: null,
    cost_breakdown: COSTS,
    created_at: NOW,
    estimated_total_cost: 0.06,
    estimated_total_time: 20,
    finished_at: null,
    held: null,
    job_id: "job",
    paused: false,
    queue_number: 1,
    recompose_error: null,
    regenerations,
    retried_by: null,
    retry_of: null,
    started_at: NOW,
    status: "running",
    waiting_behind: 0,
    ...more,
  };
}

export function aQueueEntry(more: Partial<QueueEntryView> = {}): QueueEntryView {
  return {
    accepted_at: NOW,
    actions: ["pause", "move", "cancel"],
    batch_id: "batch",
    clip_count: 2,
    estimated_cost: 0.06,
    estimated_time: 20,
    expected_in: 40,
    id: "batch",
    job_id: "job",
    kind: "batch",
    place: 1,
    position: 1,
    progress: 0,
    reason: null,
    state: "waiting",
    title: "Winter",
    waits_for: "batches",
    ...more,
  };
}

export function aTrackedVideo(id: string, more: Partial<TrackedVideoView> = {}): TrackedVideoView {
  return {
    actual_cost: 0.02,
    attempts: 1,
    batch_id: "creation",
    created_at: NOW,
    doubt: null,
    duration_seconds: 2,
    error: null,
    estimated_cost: 0.02,
    finished_at: NOW,
    has_reference: false,
    id,
    model: "local",
    paused: false,
    progress: 100,
    project_id: null,
    prompt: `a film of ${id}`,
    provider: "local",
    provider_job_id: null,
    regeneration_id: id,
    seconds: 2,
    seed: 1,
    size: "1280x720",
    status: "completed",
    thumbnail_url: null,
    title: id,
    user_id: "vera",
    variation: null,
    video_id: id,
    video_url: `/files/${id}.mp4`,
    ...more,
  };
}

/** A model that makes any length up to 8 s, from words only. */
export function aModel(more: Partial<ModelView> = {}): ModelView {
  return {
    end_of_life: null,
    ends_in_days: null,
    is_default: true,
    longest_seconds: 8,
    name: "local",
    price: 0.01,
    price_as_of: null,
    price_unit: null,
    prices: null,
    provider: "local",
    references: [],
    reference_rules: {
      beside_clip: [],
      frames_alone: false,
      last_needs_first: false,
      longest_video_s: null,
      most_guides: null,
      roles: [],
    },
    seconds: null,
    shortest_seconds: 1,
    sizes: ["1280x720"],
    title: "Built-in",
    warning: null,
    ...more,
  };
}
