import type { ComponentProps } from "react";
import styles from "./Button.module.css";

interface ButtonProps extends ComponentProps<"button"> {
  readonly look?: "primary" | "plain" | "quiet" | "danger";
  readonly size?: "normal" | "small";
  /** Work is under way: the button is disabled and says so. */
  readonly busy?: boolean;
}

/**
 * A button. One that cannot be used keeps the focus and says so, instead of dropping the focus to the
 * start of the page as the `disabled` attribute does.
 */
export function Button({
  look = "plain",
  size = "normal",
  busy = false,
  disabled,
  className,
  onClick,
  ...rest
}: ButtonProps) {
  const classes = [styles.button, styles[look], styles[size], className].filter(Boolean).join(" ");
  const isOff = disabled === true || busy || rest["aria-disabled"] === true;
  return (
    <button
      type="button"
      {...rest}
      className={classes}
      aria-disabled={isOff || undefined}
      aria-busy={busy || undefined}
      onClick={(event) => {
        if (isOff) event.preventDefault();
        else onClick?.(event);
      }}
    />
  );
}

/** A link that looks like a button. */
export function buttonClass(
  look: "primary" | "plain" | "quiet" = "plain",
  size: "normal" | "small" = "normal",
): string {
  return [styles.button, styles[look], styles[size]].join(" ");
}
