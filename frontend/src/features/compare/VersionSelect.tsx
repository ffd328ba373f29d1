import { useId } from "react";
import type { VersionView } from "../../api/schema";
import { say } from "../../strings";
import styles from "./VersionSelect.module.css";

interface VersionSelectProps {
  readonly label: string;
  readonly versions: readonly VersionView[];
  readonly value: string;
  readonly onChange: (versionId: string) => void;
}

/** Choose one side of the comparison. */
export function VersionSelect({ label, versions, value, onChange }: VersionSelectProps) {
  const id = useId();
  return (
    <div className={styles.choice}>
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        value={value}
        onChange={(event) => {
          onChange(event.target.value);
        }}
      >
        {value === "" && <option value="">{say.compare.choose}</option>}
        {versions.map((version) => (
          <option key={version.version_id} value={version.version_id}>
            {say.versions.version(version.version_number)} {version.is_current ? say.versions.current : ""} –{" "}
            {version.user_instruction ?? say.versions.originalText}
          </option>
        ))}
      </select>
    </div>
  );
}
