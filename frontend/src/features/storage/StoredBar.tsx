import type { StoredView } from "../../api/schema";
import { formatBytes, formatPrice } from "../../format";
import { say } from "../../strings";
import styles from "./Storage.module.css";

/** Bytes by class: one bar, and the figures it is drawn from. */
export function StoredBar({ stored }: { readonly stored: StoredView }) {
  const { active, archived, total } = stored;
  const rows = [
    { name: say.storage.active, usage: active, look: styles.active },
    { name: say.storage.archived, usage: archived, look: styles.archived },
    { name: say.storage.total, usage: total, look: undefined },
  ];
  const share = total.bytes === 0 ? 0 : (active.bytes / total.bytes) * 100;
  return (
    <div className={styles.meter}>
      <div className={styles.bar} aria-hidden="true">
        <span className={styles.active} style={{ inlineSize: `${share}%` }} />
        {archived.bytes > 0 && <span className={styles.archived} style={{ inlineSize: `${100 - share}%` }} />}
      </div>
      <dl className={styles.classes}>
        {rows.map(({ name, usage, look }) => (
          <div key={name}>
            <dt>
              {look !== undefined && <span className={`${styles.key ?? ""} ${look}`} />}
              {name}
            </dt>
            <dd>
              <strong>{formatBytes(usage.bytes)}</strong> {say.storage.month(formatPrice(usage.monthly_cost))}
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
