import { count } from "./count";

export const queue = {
  title: "Queue",
  lead: "What runs and what waits. Jobs run side by side; of each job one batch at a time.",
  none: "Nothing runs or waits",
  noneWhy: "What you create or regenerate appears here until it is done.",
  kinds: { video: "Video", batch: "Regeneration" },
  states: {
    running: "Running",
    cancelling: "Cancelling",
    waiting: "Waiting",
    paused: "Paused",
    held: "Held",
  },
  waitsFor: {
    batches: (n: number) => `${count(n, "batch", "batches")} before it`,
    files: () => "until the files of its job are ready",
    provider: () => "until it is sent to its model",
    resume: () => "until you resume it",
  },
  takes: (n: number) => count(n, "take"),
  doneIn: (wait: string) => `done in about ${wait}`,
  name: (title: string, place: number) => `${title}, number ${place}`,
  pause: (name: string) => `Pause ${name}`,
  resume: (name: string) => `Resume ${name}`,
  cancel: (name: string) => `Cancel ${name}`,
  changeModel: "Another model…",
  earlier: (name: string) => `Move ${name} earlier`,
  later: (name: string) => `Move ${name} later`,
  drag: "Drag to reorder",
  cancelQuestion: (title: string) => `Cancel “${title}”? What is finished stays; what is not is dropped.`,
  keep: "Keep it",
  moved: (name: string, place: number, of: number) => `${name} is number ${place} of ${of}.`,
  changedMeanwhile: "What waits changed meanwhile; this is how it is now.",
} as const;

export const schedules = {
  title: "Scheduled",
  none: "Nothing is scheduled.",
  kinds: {
    video: "Video",
    variations: "Variations",
    batch: "Batch of videos",
    regeneration: "Regeneration",
  },
  status: {
    scheduled: "Scheduled",
    starting: "Starting",
    started: "Started",
    failed: "Not started",
    cancelled: "Cancelled",
  },
  upTo: (price: string) => `up to ${price}`,
  cancel: (name: string) => `Cancel ${name}`,
  cancelled: (name: string) => `“${name}” will not be started.`,
  clips: (n: number) => count(n, "clip"),
  open: "Open",
} as const;
