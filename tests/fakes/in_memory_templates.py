"""Templates in a dictionary."""

from dataclasses import replace
from threading import Lock

from retake.domain.errors import ConcurrentUpdateError, ConflictError
from retake.domain.kept import KeptIds, KeptKind
from retake.domain.templates import Template, name_key
from retake.ports.pages import Page
from tests.fakes.in_memory_pages import page_of


class InMemoryTemplates:
    """A ``TemplateRepository`` for tests."""

    def __init__(self) -> None:
        self._stored: dict[tuple[str, str], Template] = {}
        self._lock = Lock()

    def create_template(self, template: Template, *, most: int) -> Template:
        with self._lock:
            place = template.user_id, template.template_id
            if place not in self._stored:
                ids = tuple(item for owner, item in self._stored if owner == template.user_id)
                KeptIds(template.user_id, KeptKind.TEMPLATES, ids).with_id(template.template_id, most=most)
                self._require_free(template)
                self._stored[place] = template
            return self._stored[place]

    def find_template(self, user_id: str, template_id: str) -> Template | None:
        return self._stored.get((user_id, template_id))

    def change_template(self, template: Template, *, read: Template) -> Template:
        with self._lock:
            self._require_unchanged(read)
            self._require_free(template)
            changed = replace(template, revision=read.revision + 1)
            self._stored[read.user_id, read.template_id] = changed
            return changed

    def delete_template(self, read: Template) -> None:
        with self._lock:
            if (read.user_id, read.template_id) in self._stored:
                self._require_unchanged(read)
                del self._stored[read.user_id, read.template_id]

    def list_templates(self, user_id: str, *, limit: int, cursor: str | None) -> Page[Template]:
        mine = [template for template in self._stored.values() if template.user_id == user_id]
        mine.sort(key=lambda template: (template.created_at, template.template_id), reverse=True)
        return page_of(mine, user_id, limit=limit, cursor=cursor)

    def _require_unchanged(self, read: Template) -> None:
        found = self._stored.get((read.user_id, read.template_id))
        if found is None or found.revision != read.revision:
            raise ConcurrentUpdateError("It changed meanwhile.")

    def _require_free(self, template: Template) -> None:
        for (owner, template_id), other in self._stored.items():
            same = name_key(other.words.name) == name_key(template.words.name)
            if owner == template.user_id and template_id != template.template_id and same:
                raise ConflictError(f"You have a template {template.words.name!r} already.")
