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

const SOUNDS: Readonly<Record<string, ContentType>> = {
  mp3: "audio/mpeg",
  m4a: "audio/mp4",
  aac: "audio/aac",
  wav: "audio/wav",
  flac: "audio/flac",
  ogg: "audio/ogg",
};

/** What a video can go by: a kind of file. */
export function kindOf(name: string): "image" | "video" | undefined {
  const type = contentTypeOf(name) ?? "";
  return type.startsWith("image/") ? "image" : type.startsWith("video/") ? "video" : undefined;
}

/** What file inputs offer: clips, and references. */
export const VIDEO_FILES = endings(VIDEOS);
export const PICTURE_FILES = endings(PICTURES);
export const SOUND_FILES = endings(SOUNDS);

function endings(types: Readonly<Record<string, ContentType>>): string {
  return Object.keys(types)
    .map((ending) => `.${ending}`)
    .join(",");
}

/** Say what a sound is by its name; undefined for any other file. */
export function soundTypeOf(name: string): ContentType | undefined {
  return SOUNDS[endingOf(name)];
}

/** Say what a picture or a video is by its name, as browsers leave some types empty. */
export function contentTypeOf(name: string): ContentType | undefined {
  const ending = endingOf(name);
  return VIDEOS[ending] ?? PICTURES[ending];
}

function endingOf(name: string): string {
  return name.split(".").at(-1)?.toLowerCase() ?? "";
}
