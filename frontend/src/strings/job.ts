import { formatClip } from "../format";
import { count } from "./count";

interface Take {
  readonly clip_index: number;
  readonly clip_title?: string | null;
  readonly take: number;
  readonly takes: number;
}

export const job = {
  preparing: "The clips are being brought to one format.",
  preparingCount: (done: number, all: number) => `${done} of ${all} clips are ready`,
  failed: (why: string) => `The job could not be prepared: ${why}`,
  deleting: "This job is deleted.",
  video: "Composed video",
  composing: "A new version of the video is being composed…",
  noVideo: "The video appears here when it is composed.",
  timeline: "Timeline",
  take: ({ clip_index, clip_title, take, takes }: Take) =>
    formatClip(clip_index, clip_title) + (takes > 1 ? `, take ${take} of ${takes}` : ""),
  clipInfo: (seconds: string, takes: number) => `${seconds} · ${count(takes, "version")}`,
  earlier: "Move earlier",
  later: "Move later",
  remove: "Remove",
  removed: (clip: string) => `“${clip}” was removed.`,
  duplicate: "Duplicate",
  duplicated: (clip: string) => `“${clip}” was duplicated.`,
  titleOf: (clip: string) => `Title of “${clip}”`,
  titleOfJob: "Title of the job",
  clipStatus: { preparing: "Preparing", ready: "Ready", failed: "Failed" },
  notices: (n: number) => `Changed on the way in: ${count(n, "clip")}`,
  changedMeanwhile: "The timeline changed meanwhile; this is how it is now. Please try again.",
  openClip: "Choose a clip in the timeline to see its versions.",
  unknown: "Job not found",
  titleWith: (percent: number, title: string) => `${percent} % · ${title}`,
  titleDone: (title: string) => `(1) ${title}`,
  regenerate: "Regenerate clips",
  regenerateOne: "Regenerate…",
  regenerateWhy: "Change several clips at once by plain instructions.",
  open: "Open video file",
  downloadAll: "Download all",
  packing: (percent: number) => `Packing… ${percent} %`,
  leftOut: (names: readonly string[]) => `Not in the archive: ${names.join(", ")}.`,
  live: { events: "Live", polling: "Reconnecting: asking every 3 seconds" },
} as const;

export const timeline = {
  tools: "Change the timeline",
  add: "Add clips",
  addTitle: "Add clips",
  drop: "Drop video clips here to add them",
  place: "Place",
  before: (clip: string) => `before ${clip}`,
  atEnd: "at the end",
  price: (price: string, wait: string) => `${price} · about ${wait}`,
  submit: (n: number) => (n === 0 ? "Add clips" : `Add ${count(n, "clip")}`),
  added: (n: number) => `${count(n, "clip")} added; ${n === 1 ? "it appears" : "they appear"} when ready.`,
  zoom: "Zoom",
  in: "Zoom in",
  out: "Zoom out",
  fit: "Fit",
  fitWhy: "Show all of it",
  undo: {
    reordered: () => "Undo: new order",
    removed: (clip: string) => `Undo: removed “${clip}”`,
    returned: (clip: string) => `Undo: put back “${clip}”`,
    added: (clip: string) => `Undo: added “${clip}”`,
    trimmed: (clip: string) => `Undo: trimmed “${clip}”`,
    restored: (clip: string) => `Undo: other version of “${clip}”`,
  },
} as const;

export const player = {
  controls: "Player",
  position: "Position in the video",
  play: "Play",
  pause: "Pause",
  back: "One frame back",
  forward: "One frame on",
  mute: "Mute",
  unmute: "Unmute",
  full: "Full screen",
  version: (n: number, clip: string) => `Version ${n} of “${clip}”`,
  film: "Back to the video",
  preview: "Preview of the current clips",
  newer: "The clips are newer than the video.",
  playClips: "Play the clips",
  opening: "Opening the preview…",
  noClip: (n: string, clips: number) => `There is no clip ${n}: this job has ${count(clips, "clip")}.`,
} as const;

export const removed = {
  title: (n: number) => `Removed clips (${n})`,
  putBack: "Put back",
  putBackOne: (clip: string) => `Put “${clip}” back`,
  isBack: (clip: string) => `“${clip}” is back in the timeline.`,
  delete: "Delete",
  deleteOne: (clip: string) => `Delete “${clip}” for good`,
  deleteQuestion: (clip: string, versions: number, size: string) =>
    `Delete “${clip}” with ${count(versions, "version")} for good? ` +
    `${size} of your storage are freed. This cannot be undone.`,
  deleted: (clip: string, size: string) => `“${clip}” is deleted; ${size} are freed.`,
} as const;

export const soundtrack = {
  title: "Sound track",
  none: "The clips’ own sound is heard alone.",
  has: (file: string | null, level: number) => `Sound track: ${file ?? "a file"}, ${level} dB`,
  add: "Add a sound track",
  change: "Change sound track",
  file: "Audio file",
  exchange: "Another audio file",
  level: "Level",
  ducking: "Lower under clips",
  fadeIn: "Fade in",
  fadeOut: "Fade out",
  withClips: "With the clips’ own sound",
  loops: "Again where the video is longer",
  save: "Apply and compose",
  remove: "Remove",
  cancel: "Cancel",
} as const;
