import { lazyPage } from "../../components/lazyPage";

/** Only videos that failed have it. */
export const RetryVideo = lazyPage(() => import("./RetryVideo"));
