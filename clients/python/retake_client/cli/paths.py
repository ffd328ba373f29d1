"""How paths are shown."""

from pathlib import Path


def shown_path(path: Path) -> str:
    """Return a path as it would be typed in the current directory."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)
