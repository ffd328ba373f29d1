"""``python -m retake_conformance MODULE FFMPEG`` prints JSON: ``kind``, ``fault`` and ``findings``."""

import json
import sys
from dataclasses import asdict
from pathlib import Path

from retake_conformance.pack import plugin_in, run_checks


def main(module: str, ffmpeg: str) -> None:
    """Run the pack on the adapter of a module."""
    try:
        plugin = plugin_in(module)
    except LookupError as error:
        json.dump({"kind": None, "fault": str(error.args[0]), "findings": []}, sys.stdout)
        return
    findings = [asdict(finding) for finding in run_checks(plugin, ffmpeg=Path(ffmpeg))]
    json.dump({"kind": plugin.kind.name, "fault": None, "findings": findings}, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
