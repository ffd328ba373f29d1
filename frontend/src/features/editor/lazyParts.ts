import { lazyPage } from "../../components/lazyPage";

/* What a job shows when it is asked to: read before that, when the browser has time. */

export const ClipSelector = lazyPage(() => import("./ClipSelector"));
