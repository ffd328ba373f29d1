import { useSyncExternalStore } from "react";
import { say } from "../strings";
import styles from "./OfflineBanner.module.css";

function subscribe(listener: () => void): () => void {
  addEventListener("online", listener);
  addEventListener("offline", listener);
  return () => {
    removeEventListener("online", listener);
    removeEventListener("offline", listener);
  };
}

/** Says that there is no connection: what is shown may be old, and nothing is sent later by itself. */
export function OfflineBanner() {
  const online = useSyncExternalStore(subscribe, () => navigator.onLine);
  return (
    <div role="status" className={styles.place}>
      {!online && (
        <p className={styles.banner}>
          <strong>{say.offline.title}</strong> {say.offline.why}
        </p>
      )}
    </div>
  );
}
