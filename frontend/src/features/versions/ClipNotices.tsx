import type { ClipView } from "../../api/schema";
import { formatClip } from "../../format";
import { say } from "../../strings";
import styles from "./ClipNotices.module.css";

/** What the clips lost of their files on the way in, by clip; nothing where none did. */
export function ClipNotices({ clips }: { readonly clips: readonly ClipView[] }) {
  const changed = clips.filter(({ notices }) => notices.length > 0);
  if (changed.length === 0) return null;
  return (
    <details className={styles.changes}>
      <summary>{say.job.notices(changed.length)}</summary>
      <ul>
        {changed.map(({ clip_id, clip_index, title, notices }) => (
          <li key={clip_id}>
            <strong dir="auto">{formatClip(clip_index, title)}</strong>
            <ul className={styles.notices}>
              {notices.map(({ code, text }) => (
                <li key={code}>{text}</li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
    </details>
  );
}
