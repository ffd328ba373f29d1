import { type ReactNode, useId } from "react";
import { say } from "../../strings";
import styles from "./TakeChoice.module.css";

/** Takes that one request made, together: one of them is chosen by making it current. */
export function TakeChoice({ count, children }: { readonly count: number; readonly children: ReactNode }) {
  const id = useId();
  return (
    <li className={styles.choice}>
      <div className={styles.title}>
        <h3 id={id}>{say.versions.takesOf(count)}</h3>
        <p>{say.versions.takesWhy}</p>
      </div>
      <ol aria-labelledby={id}>{children}</ol>
    </li>
  );
}
