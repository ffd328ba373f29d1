import { lazyPage } from "../../components/lazyPage";

/* What a batch shows when something went wrong. */

export const FailedTakes = lazyPage(async () => ({ default: (await import("./FailedTakes")).FailedTakes }));
export const HeldBatch = lazyPage(async () => ({ default: (await import("./HeldBatch")).HeldBatch }));
