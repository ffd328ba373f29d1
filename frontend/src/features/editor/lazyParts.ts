import { lazyPage } from "../../components/lazyPage";

/* What a job shows when it is asked to, or below its video: read before that, when the browser has time. */

export const ClipSelector = lazyPage(() => import("./ClipSelector"));
export const SoundtrackForm = lazyPage(() => import("./SoundtrackForm"));
export const AddClips = lazyPage(() => import("./AddClips"));
export const ClipActions = lazyPage(async () => ({ default: (await import("./ClipActions")).ClipActions }));
export const StaleClips = lazyPage(async () => ({ default: (await import("./StaleClips")).StaleClips }));
export const BringBack = lazyPage(async () => ({ default: (await import("../jobs/BringBack")).BringBack }));
export const BatchHistory = lazyPage(async () => ({
  default: (await import("./BatchHistory")).BatchHistory,
}));
export const VersionHistory = lazyPage(async () => ({
  default: (await import("../versions/VersionHistory")).VersionHistory,
}));
export const CommentsPanel = lazyPage(async () => ({
  default: (await import("../share/CommentsPanel")).CommentsPanel,
}));
