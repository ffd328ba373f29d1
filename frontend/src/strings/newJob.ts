import { formatClip } from "../format";
import { count } from "./count";

interface Profile {
  readonly width: number;
  readonly height: number;
  readonly fps: number;
}

interface Loss {
  readonly clip_index: number;
  readonly clip_title: string;
  readonly text: string;
}

export const newJob = {
  drop: "Drop video clips here to make a job of them",
  choose: "Choose files",
  addVideos: "Add my videos",
  addPrompt: "Add a prompt",
  promptOf: (place: number) => `Generated clip ${place + 1}`,
  chooseVideos: "Choose videos",
  noVideos: "No completed videos yet",
  addChosen: (n: number) => `Add ${count(n, "video")}`,
  hint: "MP4, MOV, WebM or MKV, in the order they shall play.",
  title: "Title",
  untitled: "Untitled",
  format: "Size and frame rate",
  size: "Size",
  rate: "Frames a second",
  asFirst: "as the first clip",
  loses: ({ clip_index, clip_title, text }: Loss) => `${formatClip(clip_index, clip_title)}: ${text}`,
  willBe: ({ width, height, fps }: Profile) =>
    `The video will be ${width} × ${height} at ${fps} frames a second.`,
  files: "Clips in playback order",
  up: (name: string) => `Move ${name} earlier`,
  down: (name: string) => `Move ${name} later`,
  remove: (name: string) => `Remove ${name}`,
  submit: (n: number) => `Make a job of ${count(n, "clip")}`,
  submitting: "Making the job…",
  waiting: "Waiting for the uploads…",
  removeFailed: "Remove what failed first",
  empty: "This file is empty. Remove it and choose another.",
  dropped: (n: number) => `${count(n, "clip")} dropped.`,
  sent: "Uploaded",
  failed: "The upload did not arrive. Remove the file and add it again.",
} as const;
