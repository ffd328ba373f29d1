import type { ModelView, ReferenceRole } from "../../api/schema";
import { text } from "./texts";

export const ALL_ROLES: readonly ReferenceRole[] = ["first_frame", "last_frame", "subject", "style", "video"];

const isFrame = (role: ReferenceRole) => role === "first_frame" || role === "last_frame";

/** Return why models do not take one more reference in a role; nothing where all of them do. */
export function whyNot(
  models: readonly ModelView[],
  role: ReferenceRole,
  given: readonly ReferenceRole[],
): string | undefined {
  return models.map((model) => faultOf(model, role, given)).find((fault) => fault !== undefined);
}

/** The roles in which one more reference is taken. */
export function offered(
  models: readonly ModelView[],
  given: readonly ReferenceRole[],
): readonly ReferenceRole[] {
  return ALL_ROLES.filter((role) => whyNot(models, role, given) === undefined);
}

/** Why the other roles are not offered, each reason once. */
export function reasons(models: readonly ModelView[], given: readonly ReferenceRole[]): readonly string[] {
  const never = models.flatMap((model) => {
    const roles = ALL_ROLES.filter((role) => mostOf(model, role) === 0);
    return roles.length > 0 ? [text.takesNone(model.title, roles)] : [];
  });
  const now = ALL_ROLES.flatMap((role) => {
    const isTaken = models.every((model) => mostOf(model, role) > 0);
    return isTaken ? (whyNot(models, role, given) ?? []) : [];
  });
  return [...new Set([...never, ...now])];
}

function mostOf({ reference_rules }: ModelView, role: ReferenceRole): number {
  return reference_rules.roles.find((one) => one.role === role)?.most ?? 0;
}

// The API decides by the same rules, before anything is paid.
function faultOf(model: ModelView, role: ReferenceRole, given: readonly ReferenceRole[]): string | undefined {
  const { title, reference_rules: rules } = model;
  const most = mostOf(model, role);
  const guides = given.filter((one) => !isFrame(one)).length;
  if (most === 0) return text.takesNone(title, [role]);
  if (given.filter((one) => one === role).length >= most) return text.full(title, most, role);
  if (!isFrame(role) && rules.most_guides !== null && guides >= rules.most_guides)
    return text.manyGuides(title, rules.most_guides);
  const excluded = isFrame(role) ? guides > 0 : given.some(isFrame);
  if (rules.frames_alone && excluded) return text.framesAlone(title);
  const endsOnly = role === "last_frame" && !given.includes("first_frame");
  if (rules.last_needs_first && endsOnly) return text.needsFirst(title);
  return undefined;
}
