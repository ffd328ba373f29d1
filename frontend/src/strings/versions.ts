export const versions = {
  title: "Version History",
  version: (n: number) => `Version ${n}`,
  current: "(Current)",
  original: "(Original)",
  originalText: "Original generation",
  uploaded: "Uploaded file",
  states: {
    current: "Current",
    active: "Active",
    archiving: "Archiving",
    archived: "Archived",
    restoring: "Restoring",
    deleted: "Deleted",
  },
  damaged: "Damaged in the store",
  restoring: "Restoring…",
  restore: "Restore",
  compare: "Compare",
  play: (n: number) => `Play version ${n}`,
  restored: (n: number, clip: string) => `Version ${n} of “${clip}” is current again.`,
  restoredSoon: (n: number, clip: string) => `Version ${n} of “${clip}” is current; the video follows.`,
  takesOf: (takes: number) => `${takes} takes to choose from`,
  takesWhy: "Made of one request; choosing one costs nothing.",
  take: (take: number, takes: number) => `take ${take} of ${takes}`,
  madeFrom: "Made from",
  source: (role: string, version: number | null, frame: number | null) =>
    version === null
      ? `${role}: an uploaded file`
      : `${role}: ${frame === null ? "all" : `frame ${frame + 1}`} of version ${version}`,
  roles: {
    first_frame: "First frame",
    last_frame: "Last frame",
    subject: "Subject",
    style: "Style",
    video: "Video",
  },
  neighbours: { previous: "of the clip before", next: "of the clip after" },
  makeCurrent: "Make current",
  comingBack: (n: number, clip: string) =>
    `Version ${n} of “${clip}” is being brought back from the archive; it becomes current by itself.`,
  readyBy: (moment: string) => `ready by ${moment}`,
  cap: (n: number) =>
    `The last ${n} versions stay at hand; older ones move to the archive and can still be restored.`,
  notices: "Changed on the way in",
  back: "Back to the job",
} as const;
