import { lazyPage } from "../../components/lazyPage";

// Parts of a new job that only some jobs need.

export const VideoPicker = lazyPage(() => import("./VideoPicker"));
export const ClipReferences = lazyPage(() => import("./ClipReferences"));
export const VideoFields = lazyPage(async () => ({
  default: (await import("../create/VideoFields")).VideoFields,
}));
