import type { VideoModel, VideoStatus } from "./schema";

export interface Paging {
  readonly cursor?: string | null | undefined;
  readonly limit?: number;
  readonly signal?: AbortSignal | null;
}

export interface Reading {
  readonly signal?: AbortSignal | null;
}

/** A video to make; what is left out is the catalogue's default. */
export interface NewVideo extends VideoModel {
  /** A picture or a video to go by, where the model can. */
  readonly imageReference?: File | undefined;
}

export interface InProject {
  readonly project_id?: string | null;
}

/** What is made of one request: one video, variations of one, or a batch of different ones. */
export type NewVideos =
  | { readonly video: NewVideo & InProject }
  | { readonly variations: NewVideo & InProject & { readonly variations: number } }
  | { readonly batch: { readonly videos: readonly NewVideo[] } & InProject };

export interface VideoFilter {
  readonly status?: VideoStatus | undefined;
  readonly projectId?: string | undefined;
  /** Each is part of the title or the prompt. */
  readonly words?: string | undefined;
}
