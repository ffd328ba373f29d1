/** Put a video to a time; before its length is known, nothing. */
export function seekTo(video: HTMLVideoElement, seconds: number): void {
  if (video.readyState === 0) return;
  video.currentTime = Math.min(Math.max(0, seconds), video.duration);
}

export function toggleSound(video: HTMLVideoElement): void {
  video.muted = !video.muted;
}
