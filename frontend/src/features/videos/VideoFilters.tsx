import type { VideoStatus } from "../../api/schema";
import { say } from "../../strings";
import { ORDERS, type VideoOrder } from "./choice";
import styles from "./MyVideosPage.module.css";
import { useProjects } from "./useProjects";

export const STATUSES: readonly VideoStatus[] = [
  "processing",
  "in_doubt",
  "completed",
  "failed",
  "cancelled",
];

/** Which videos are shown; empty text stands for all. */
export interface Shown {
  readonly words: string;
  readonly status: VideoStatus | "";
  readonly projectId: string;
  readonly order: VideoOrder;
}

export const ALL: Shown = { words: "", status: "", projectId: "", order: "newest" };

interface VideoFiltersProps {
  readonly shown: Shown;
  readonly onChange: (shown: Shown) => void;
}

/** Find videos by words, status and project. */
export function VideoFilters({ shown, onChange }: VideoFiltersProps) {
  const projects = useProjects().data?.projects ?? [];
  return (
    <div className={styles.filters} role="search">
      <label>
        {say.videos.search}
        <input
          type="search"
          value={shown.words}
          placeholder={say.videos.searchExample}
          onChange={(event) => {
            onChange({ ...shown, words: event.target.value });
          }}
        />
      </label>
      <label>
        {say.videos.filter}
        <select
          value={shown.status}
          onChange={(event) => {
            onChange({ ...shown, status: event.target.value as VideoStatus | "" });
          }}
        >
          <option value="">{say.videos.all}</option>
          {STATUSES.map((one) => (
            <option key={one} value={one}>
              {say.videos.status[one]}
            </option>
          ))}
        </select>
      </label>
      {projects.length > 0 && (
        <label>
          {say.create.project}
          <select
            value={shown.projectId}
            onChange={(event) => {
              onChange({ ...shown, projectId: event.target.value });
            }}
          >
            <option value="">{say.videos.all}</option>
            {projects.map(({ project_id, name }) => (
              <option key={project_id} value={project_id}>
                {name}
              </option>
            ))}
          </select>
        </label>
      )}
      <label>
        {say.videos.order}
        <select
          value={shown.order}
          onChange={(event) => {
            onChange({ ...shown, order: event.target.value as VideoOrder });
          }}
        >
          {ORDERS.map((one) => (
            <option key={one} value={one}>
              {say.videos.orders[one]}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}
