import { type Api, dataOf, given, keyed } from "./http";
import type { Reading } from "./requests";
import type { FilledView, TemplateList, TemplateModel, TemplateView } from "./schema";

const PAGE = 100;

/** Prompts with their settings, kept under a name. */
export class TemplatesApi {
  constructor(private readonly api: Api) {}

  /** List all of them, newest first; an installation keeps some hundred a person at most. */
  async list(reading: Reading = {}): Promise<readonly TemplateView[]> {
    const found: TemplateView[] = [];
    let cursor: string | null = null;
    do {
      const params = { query: given({ limit: PAGE, cursor }) };
      const page: TemplateList = await dataOf(this.api.GET("/api/v1/templates", { params, ...reading }));
      found.push(...page.templates);
      cursor = page.cursor;
    } while (cursor !== null);
    return found;
  }

  save(body: TemplateModel, key?: string): Promise<TemplateView> {
    return dataOf(this.api.POST("/api/v1/templates", { params: { header: keyed(key) }, body }));
  }

  async delete(template_id: string): Promise<void> {
    await this.api.DELETE("/api/v1/templates/{template_id}", { params: { path: { template_id } } });
  }

  /** Fill the placeholders; nothing is started. */
  fill(template_id: string, values: Record<string, string>): Promise<FilledView> {
    const params = { path: { template_id } };
    return dataOf(this.api.POST("/api/v1/templates/{template_id}/fill", { params, body: { values } }));
  }
}
