import type { JobView } from "../../api/schema";
import type { StreamSource } from "../../components/player/useStream";

/** The stream of a job's current takes, while its video does not show them; null where there is none. */
export function streamOf({ stream_url, clips, video }: JobView): StreamSource | null {
  if (stream_url === null || video?.up_to_date) return null;
  return { id: clips.map((clip) => clip.current_version?.version_id ?? "").join(" "), url: stream_url };
}
