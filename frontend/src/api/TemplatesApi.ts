import type { Http } from "./http";
import { query } from "./paths";
import { type Reading, signalOf } from "./requests";
import type { FilledView, TemplateList, TemplateModel, TemplateView } from "./schema";

const PAGE = 100;

/** Prompts with their settings, kept under a name. */
export class TemplatesApi {
  constructor(private readonly http: Http) {}

  /** List all of them, newest first; an installation keeps some hundred a person at most. */
  async list(reading: Reading = {}): Promise<readonly TemplateView[]> {
    const found: TemplateView[] = [];
    let cursor: string | undefined;
    do {
      const path = `/templates${query({ limit: PAGE, cursor })}`;
      const page: TemplateList = await this.http.json(path, signalOf(reading));
      found.push(...page.templates);
      cursor = page.cursor ?? undefined;
    } while (cursor !== undefined);
    return found;
  }

  save(template: TemplateModel, key?: string): Promise<TemplateView> {
    return this.http.post("/templates", template, key);
  }

  async delete(templateId: string): Promise<void> {
    await this.http.ask(templatePath(templateId), { method: "DELETE" });
  }

  /** Fill the placeholders; nothing is started. */
  fill(templateId: string, values: Readonly<Record<string, string>>): Promise<FilledView> {
    return this.http.post(`${templatePath(templateId)}/fill`, { values });
  }
}

function templatePath(templateId: string): string {
  return `/templates/${encodeURIComponent(templateId)}`;
}
