/** Runs something at once when asked, and what is asked for meanwhile together after a pause. */
export class Throttle {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private again = false;

  /** `pause` says for how many milliseconds nothing is run again; it is asked each time. */
  constructor(
    private readonly run: () => void,
    private readonly pause: () => number,
  ) {}

  ask(): void {
    if (this.timer !== undefined) {
      this.again = true;
      return;
    }
    this.run();
    this.timer = setTimeout(() => {
      this.timer = undefined;
      if (!this.again) return;
      this.again = false;
      this.ask();
    }, this.pause());
  }

  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.again = false;
  }
}
