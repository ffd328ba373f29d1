import type { ComparisonView } from "../../api/schema";
import { formatBytes, formatMoment, formatPrice, formatSeconds } from "../../format";
import { say } from "../../strings";
import styles from "./Differences.module.css";

const WRITE: Readonly<Record<string, (value: string) => string>> = {
  cost: (value) => formatPrice(Number(value)),
  size_bytes: (value) => formatBytes(Number(value)),
  duration_ms: (value) => formatSeconds(Number(value) / 1000),
  created_at: formatMoment,
};

/** In what two takes differ, and how alike they look. */
export function Differences({ comparison }: { readonly comparison: ComparisonView }) {
  const { similarity, differences, left, right } = comparison;
  const write = (field: string, value: string | number | null) =>
    value === null || value === "" ? say.compare.nothing : (WRITE[field]?.(String(value)) ?? value);
  return (
    <section className={styles.differences} aria-label={say.compare.differences}>
      <p className={styles.similarity}>
        {say.compare.similarity}:{" "}
        <strong>
          {similarity === null ? say.compare.noSimilarity : `${(similarity * 100).toFixed(1)} %`}
        </strong>
        {similarity !== null && (
          <meter min={0} max={1} value={similarity} aria-label={say.compare.similarity} />
        )}
      </p>
      {differences.length === 0 ? (
        <p>{say.compare.same}</p>
      ) : (
        <table>
          <caption className="visually-hidden">{say.compare.differences}</caption>
          <thead>
            <tr>
              <td />
              <th scope="col">{say.versions.version(left.version_number)}</th>
              <th scope="col">{say.versions.version(right.version_number)}</th>
            </tr>
          </thead>
          <tbody>
            {differences.map((item) => (
              <tr key={item.field}>
                <th scope="row">{say.compare.fields[item.field] ?? item.field}</th>
                <td>{write(item.field, item.left)}</td>
                <td>{write(item.field, item.right)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
