import { useQuery } from "@tanstack/react-query";
import type { GenerationFilter } from "../../api/AccountApi";
import { useApi } from "../../auth/context";
import { keys } from "../../api/queries";
import { formatMonth } from "../../format";
import { say } from "../../strings";
import styles from "./HistoryPage.module.css";

interface HistoryFiltersProps {
  readonly filter: GenerationFilter;
  /** Those in which something was spent. */
  readonly months: readonly string[];
  readonly onChange: (filter: GenerationFilter) => void;
}

/** Which of the generations are shown. */
export function HistoryFilters({ filter, months, onChange }: HistoryFiltersProps) {
  const api = useApi();
  const models = useQuery({
    queryKey: keys.models,
    queryFn: ({ signal }) => api.listModels({ signal }),
    staleTime: Infinity,
  });
  const choices = {
    status: Object.entries(say.history.statuses),
    kind: Object.entries(say.history.kinds),
    model: (models.data?.models ?? []).map(({ name, title }) => [name, title] as const),
    month: months.map((month) => [month, formatMonth(month)] as const),
  };
  return (
    <div className={styles.filters}>
      {(["status", "kind", "model", "month"] as const).map((name) => (
        <label key={name}>
          {say.history[name]}
          <select
            value={filter[name] ?? ""}
            onChange={(event) => {
              onChange({ ...filter, [name]: event.target.value || undefined });
            }}
          >
            <option value="">{say.history.all}</option>
            {choices[name].map(([value, title]) => (
              <option key={value} value={value}>
                {title}
              </option>
            ))}
          </select>
        </label>
      ))}
    </div>
  );
}
