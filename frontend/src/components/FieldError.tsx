import styles from "./FieldError.module.css";

/** What is wrong with a field; the field names it with `aria-describedby`. */
export function FieldError({ id, children }: { readonly id: string; readonly children: string | undefined }) {
  return children === undefined ? null : (
    <p id={id} className={styles.error} role="alert">
      {children}
    </p>
  );
}
