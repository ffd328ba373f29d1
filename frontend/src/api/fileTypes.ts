import type { UploadRequest } from "./schema";

type ContentType = UploadRequest["content_type"];

const VIDEOS: Readonly<Record<string, ContentType>> = {
  mp4: "video/mp4",
  m4v: "video/mp4",
  mov: "video/quicktime",
  webm: "video/webm",
  mkv: "video/x-matroska",
};

const PICTURES: Readonly<Record<string, ContentType>> = {
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  webp: "image/webp",
};

/** What a video can go by: a kind of file. */
export function kindOf(name: string): "image" | "video" | undefined {
  const type = contentTypeOf(name) ?? "";
  return type.startsWith("image/") ? "image" : type.startsWith("video/") ? "video" : undefined;
}

/** What file inputs offer: clips, and references. */
export const VIDEO_FILES = endings(VIDEOS);
export const PICTURE_FILES = endings(PICTURES);

function endings(types: Readonly<Record<string, ContentType>>): string {
  return Object.keys(types)
    .map((ending) => `.${ending}`)
    .join(",");
}

/** Say what a file is by its name, as browsers leave some types empty. */
export function contentTypeOf(name: string): ContentType | undefined {
  const ending = name.split(".").at(-1)?.toLowerCase() ?? "";
  return VIDEOS[ending] ?? PICTURES[ending];
}
