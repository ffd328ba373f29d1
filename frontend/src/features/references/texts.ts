import type { ReferenceRole } from "../../api/schema";

/** Texts of what clips are made from: apart from the others, since a page that shows none of it is not to wait. */

const ROLES: Readonly<Record<ReferenceRole, string>> = {
  first_frame: "First frame",
  last_frame: "Last frame",
  subject: "Subject",
  style: "Style",
  video: "Video to resemble",
};

const roleIn = (role: ReferenceRole) => ROLES[role].toLowerCase();

export const text = {
  role: (role: ReferenceRole) => ROLES[role],
  continuity: "Continuity",
  fromPrevious: "Begin where the clip before ends",
  toNext: "End where the clip after begins",
  noneBefore: "There is no clip before it.",
  noneAfter: "There is no clip after it.",
  beforeWaits: "The clip before ends where this one begins.",
  afterWaits: "The clip after begins where this one ends.",
  references: "References",
  add: "Add a reference",
  none: "None",
  file: (role: ReferenceRole) => `File for ${roleIn(role)}`,
  video: "My videos",
  clip: "Clip of this job",
  choose: "Choose a clip",
  given: (role: ReferenceRole, name: string) => `${ROLES[role]}: ${name}`,
  failed: (name: string) => `${name} did not arrive. Add it again.`,
  wrongKind: (name: string, role: ReferenceRole) =>
    role === "video"
      ? `${name} was not taken: it has to be a video (MP4, MOV, WebM, MKV).`
      : `${name} was not taken: it has to be a picture (PNG, JPEG, WebP).`,
  takesNone: (model: string, roles: readonly ReferenceRole[]) =>
    `${model} takes no ${roles.map(roleIn).join(", no ")}.`,
  full: (model: string, most: number, role: ReferenceRole) =>
    `${model} takes ${most} ${roleIn(role)} at most.`,
  manyGuides: (model: string, most: number) => `${model} takes ${most} references besides frames at most.`,
  framesAlone: (model: string) => `${model} takes frames or other references, not both.`,
  needsFirst: (model: string) => `${model} takes a last frame only together with a first frame.`,
};
