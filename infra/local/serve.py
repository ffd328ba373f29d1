"""Run the local cloud in the foreground: ``python -m infra.local.serve --port N --data DIR``."""

import argparse
import os
import sys
import threading
from pathlib import Path

from infra.local.directory import DataDirectory
from infra.local.environment import ServerSettings
from infra.local.errors import LocalCloudError, unwritable
from infra.local.server import serve

EXIT_REFUSED = 2


def main() -> None:
    """Parse the command line and serve."""
    parser = argparse.ArgumentParser(description="Run the local cloud on one loopback port.")
    parser.add_argument("--port", type=int, default=8005)
    parser.add_argument("--data", type=Path, required=True, help="where everything is kept")
    parser.add_argument("--static", type=Path, help="the studio's built files")
    parser.add_argument(
        "--allow-origin", action="append", default=[], help="one more origin that may use the API"
    )
    parser.add_argument("--snapshot-interval", type=float, default=30.0, help="seconds; 0 for never")
    parser.add_argument("--with-parent", action="store_true", help="end at once when stdin does")
    options = parser.parse_args()
    if options.with_parent:
        threading.Thread(target=_end_with_stdin, daemon=True).start()
    directory = DataDirectory(options.data.resolve())
    try:
        directory.prepare()
        settings = ServerSettings(
            port=options.port,
            directory=directory,
            credentials=directory.credentials(),
            snapshot_interval_s=options.snapshot_interval,
        )
        serve(settings, static=options.static, allowed_origins=options.allow_origin)
    except LocalCloudError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(EXIT_REFUSED)
    except OSError as error:
        print(f"error: {unwritable(directory.root, error)}", file=sys.stderr)
        sys.exit(EXIT_REFUSED)


def _end_with_stdin() -> None:
    """End as if killed, which loses nothing: the parent process is gone."""
    # Not through sys.stdin, whose lock this thread would hold when the process ends otherwise.
    while os.read(0, 1):
        pass
    os._exit(1)


if __name__ == "__main__":
    main()
