import { useQuery } from "@tanstack/react-query";
import { say } from "../strings";
import { useApi } from "../auth/context";
import styles from "./MoreModels.module.css";
import { keys } from "../api/queries";

/** Which providers would offer more models, and what each lacks; nothing where none lacks anything. */
export default function MoreModels() {
  const api = useApi();
  const models = useQuery({
    queryKey: keys.models,
    queryFn: ({ signal }) => api.listModels({ signal }),
    staleTime: Infinity,
  });
  const lacking = (models.data?.providers ?? []).filter(({ missing }) => missing !== null);
  if (lacking.length === 0) return null;
  return (
    <details className={styles.more}>
      <summary>{say.models.more}</summary>
      <ul>
        {lacking.map(({ name, title, missing }) => (
          <li key={name}>
            <strong>{title}</strong> {missing}
          </li>
        ))}
      </ul>
    </details>
  );
}
