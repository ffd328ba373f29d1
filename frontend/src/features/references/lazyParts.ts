import { lazyPage } from "../../components/lazyPage";

// A list of its own: that of a new job names what shows references, and would go round.
export const VideoPicker = lazyPage(() => import("../jobs/VideoPicker"));
