import { count } from "./count";

export const jobs = {
  title: "Jobs",
  lead: "A job is a video made of clips. Open one to change its clips.",
  none: "No jobs yet",
  clips: (n: number) => count(n, "clip"),
  status: { preparing: "Preparing", ready: "Ready", failed: "Failed", deleting: "Being deleted" },
  delete: (title: string) => `Delete ${title}`,
  deleted: (title: string) => `“${title}” is deleted.`,
  bringBack: "Bring it back",
  isBack: (title: string) => `“${title}” is back.`,
} as const;

export const firstRun = {
  steps: [
    ["Add clips", "Files, videos that you made here, or prompts, in the order in which they play."],
    [
      "Say what to change",
      "Select clips and write “make it nighttime”. The price is shown before anything starts.",
    ],
    ["Compare and keep", "Every take stays: play two in step, and restore an earlier one at any time."],
  ],
  try: "Try it with two sample clips",
  missing: "The sample clips could not be read.",
} as const;
