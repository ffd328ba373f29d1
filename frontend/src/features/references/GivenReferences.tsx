import { Button } from "../../components/Button";
import { say } from "../../strings";
import type { GivenReference } from "./madeFrom";
import styles from "./ReferencesPart.module.css";
import { text } from "./texts";

interface GivenReferencesProps {
  readonly references: readonly GivenReference[];
  readonly onRemove: (key: string) => void;
}

/** The references that were added, each with its role; they can be removed. */
export function GivenReferences({ references, onRemove }: GivenReferencesProps) {
  if (references.length === 0) return null;
  return (
    <ul className={styles.given}>
      {references.map(({ key, role, name }) => (
        <li key={key}>
          <span className={styles.name} dir="auto">
            {text.given(role, name)}
          </span>
          <Button
            size="small"
            look="quiet"
            aria-label={say.newJob.remove(text.given(role, name))}
            onClick={() => {
              onRemove(key);
            }}
          >
            ×
          </Button>
        </li>
      ))}
    </ul>
  );
}
