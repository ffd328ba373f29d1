"""The texts of the studio's screens, read from the sources: by them a picture is known to be out of date.

A picture does not have to be taken anew for every label, but where much of what its screen says has changed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path

from infra.flavour import ROOT

SOURCES = ROOT / "frontend" / "src"
PICTURES = ROOT / "docs" / "screenshots"
TEXTS = SOURCES / "strings"
MANIFEST = PICTURES / "texts.json"

SCREENS: Mapping[str, str] = {
    "create.png": "features/create/CreateVideoPage.tsx",
    "history.png": "features/history/HistoryPage.tsx",
    "new-job.png": "features/jobs/NewJob.tsx",
    "phone-job.png": "features/editor/JobPage.tsx",
    "progress.png": "features/editor/BatchProgress.tsx",
    "queue.png": "features/queue/QueuePage.tsx",
    "select.png": "features/editor/JobPage.tsx",
    "shared.png": "features/shared/SharedPage.tsx",
    "storage.png": "features/storage/AdminStoragePage.tsx",
    "takes.png": "features/versions/VersionHistory.tsx",
    "tour.webp": "features/editor/JobPage.tsx",
    "versions.png": "features/versions/VersionHistory.tsx",
    "videos.png": "features/videos/MyVideosPage.tsx",
    "wipe.png": "features/compare/ComparePage.tsx",
}
"""The component whose tree each picture shows."""

LEAST_KEPT = 0.6
"""Share of a screen's texts, of those then and now together, that has to be the same. Many are in dialogs."""

_IMPORT = re.compile(r'(?:from |import\()"(\.[^"]+)"')
_USE = re.compile(r"\bsay((?:\.\w+)+)")
_GROUP = re.compile(r"^export const (\w+) = \{")
_ENTRY = re.compile(r"^( *)(\w+): (.*)$")


def texts_of(screen: str) -> dict[str, str]:
    """Return a hash of each text that the components of a screen name."""
    entries = _entries()
    named = {
        use.removeprefix(".")
        for path in _tree(SOURCES / screen)
        for use in _USE.findall(path.read_text("utf-8"))
    }
    found = {name: entries[name] for use in named for name in _prefixes(use) if name in entries}
    return dict(sorted(found.items()))


def kept_share(then: Mapping[str, str], now: Mapping[str, str]) -> float:
    """Return which share of two states of a screen's texts is the same in both."""
    same = sum(now.get(name) == text for name, text in then.items())
    return same / max(1, len({*then.items()} | {*now.items()}))


def read_manifest() -> dict[str, dict[str, object]]:
    """Return what was written of each picture when it was taken."""
    read: dict[str, dict[str, object]] = json.loads(MANIFEST.read_text(encoding="utf-8"))
    return read


def write_manifest() -> None:
    """Describe each picture that is new; what was written of the others still holds."""
    before = read_manifest()
    content = {}
    for name, screen in SCREENS.items():
        picture = hash_of(PICTURES / name)
        is_new = picture != before.get(name, {}).get("picture")
        content[name] = {"picture": picture, "texts": texts_of(screen)} if is_new else before[name]
    MANIFEST.write_text(json.dumps(content, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def hash_of(path: Path) -> str:
    """Return a short hash of a file."""
    return sha256(path.read_bytes()).hexdigest()[:16]


def _tree(component: Path) -> set[Path]:
    """Return a component and all that it is made of, by its imports."""
    found: set[Path] = set()
    waiting = [component]
    while waiting:
        path = waiting.pop()
        if path in found:
            continue
        found.add(path)
        for target in _IMPORT.findall(path.read_text(encoding="utf-8")):
            inner = (path.parent / target).resolve()
            waiting += [one for one in (inner.with_suffix(".tsx"), inner.with_suffix(".ts")) if one.exists()]
    return found - {SOURCES / "strings.ts"} - set(TEXTS.iterdir())


@cache
def _entries() -> dict[str, str]:
    """Return a hash of each entry of the texts, by its path; of a group, of all that is in it."""
    texts: dict[str, list[str]] = {}
    place: list[tuple[int, str]] = []
    for line in _lines():
        entry = _ENTRY.match(line)
        if entry is not None:
            depth = len(entry[1])
            place = [*(part for part in place if part[0] < depth), (depth, entry[2])]
            texts[".".join(name for _, name in place)] = []
        for end in range(1, len(place) + 1):
            texts[".".join(name for _, name in place[:end])].append(line.strip())
    return {name: sha256("\n".join(lines).encode()).hexdigest()[:8] for name, lines in texts.items()}


def _lines() -> Iterator[str]:
    """Return the lines of all texts, as if they were one group of groups."""
    for path in sorted(TEXTS.iterdir()):
        groups = path.read_text(encoding="utf-8").partition("export const ")
        for line in "".join(groups[1:]).splitlines():
            if line:
                yield _GROUP.sub(r"\1: {", line).replace("} as const;", "},")


def _prefixes(use: str) -> Iterator[str]:
    """Return the longest entry that a use can mean: what follows it is a method or an argument."""
    parts = use.split(".")
    for end in range(len(parts), 1, -1):
        name = ".".join(parts[:end])
        if name in _entries():
            yield name
            return
