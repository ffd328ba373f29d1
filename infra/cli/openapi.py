"""``retake openapi``: the document of the API, without a server, and the clients that are made of it."""

import json
import subprocess
import sys
from pathlib import Path

from rich.markup import escape

from infra.cli.compatibility import breaking_changes
from infra.cli.errors import MissingToolError
from infra.flavour import ROOT
from retake_client.cli.narration import Narrator
from retake_client.cli.paths import shown_path

DOCUMENT = ROOT / "frontend" / "openapi.json"
"""What the clients are generated from; a test compares it with the routes."""

RELEASED = ROOT / "clients" / "openapi-released.json"
"""The document of the last release."""

PYTHON_MODELS = ROOT / "clients" / "python" / "retake_client" / "models.py"
TYPESCRIPT_CLIENT = ROOT / "clients" / "typescript"

# In a process of its own: the functions and the infrastructure never import each other.
_PROGRAM = (
    "from retake.api.http.openapi import openapi_json\n"
    "from retake.api import system\n"
    "print(openapi_json(system.router))"
)
_HEADER = """\
# API version: {version}
# Generated from the OpenAPI document by `retake openapi --update`; not edited by hand.
\"\"\"The requests and answers of the API, as dictionaries with known keys.\"\"\""""
_MODELS = (
    *("--input-file-type", "openapi", "--openapi-scopes", "schemas", "--target-python-version", "3.11"),
    *("--output-model-type", "typing.TypedDict", "--no-use-closed-typed-dict", "--disable-future-imports"),
    *("--use-union-operator", "--use-standard-collections", "--enum-field-as-literal", "all"),
    *("--collapse-root-models", "--use-schema-description", "--use-field-description"),
    *("--use-single-line-docstring", "--use-double-quotes", "--formatters", "builtin"),
)


def read_openapi() -> str:
    """Return the document as text that differs only where the API does."""
    made = subprocess.run(  # noqa: S603 - our own interpreter and program
        [sys.executable, "-c", _PROGRAM], capture_output=True, check=True, cwd=ROOT, text=True
    )
    return json.dumps(json.loads(made.stdout), indent=2, sort_keys=True) + "\n"


def run_openapi(out: Path | None) -> None:
    """Print the document, or write it to a file."""
    document = read_openapi()
    if out is None:
        sys.stdout.write(document)
    else:
        out.write_text(document, encoding="utf-8")


def run_update() -> None:
    """Write the document, and generate both clients and the studio's types from it.

    Raises:
        MissingToolError: If a generator is not installed.
    """
    run_openapi(DOCUMENT)
    write_models(PYTHON_MODELS)
    write_types()


def run_against(released: Path, narrator: Narrator) -> int:
    """Say what clients of a released document could not do any more; return the exit status."""
    found = breaking_changes(json.loads(released.read_bytes()), json.loads(read_openapi()))
    for change in found:
        narrator.say(f"[red]✗[/] {escape(change)}")
    if not found:
        narrator.say(f"Clients of {escape(shown_path(released))} still work.")
    return 1 if found else 0


def document_version() -> str:
    """Return the version that the written document names."""
    return str(json.loads(DOCUMENT.read_bytes())["info"]["version"])


def write_models(to: Path) -> None:
    """Write the models of the Python client. Raises ``MissingToolError``."""
    header = _HEADER.format(version=document_version())
    program = Path(sys.executable).with_name("datamodel-codegen")
    _generate(
        [
            *(str(program), "--input", str(DOCUMENT), "--output", str(to)),
            *("--custom-file-header", header, *_MODELS),
        ],
        "uv sync --all-groups",
    )


def write_types() -> None:
    """Write the types and the version of the TypeScript client; the studio uses the same types.

    Raises:
        MissingToolError: If npm, or what it runs, is not installed.
    """
    npm = str(Path(sys.executable).with_name("npm"))
    version = (
        npm,
        "--prefix",
        str(TYPESCRIPT_CLIENT),
        "version",
        "--allow-same-version",
        "--no-git-tag-version",
    )
    _generate([*version, document_version()], "uv sync --all-groups")
    folder = str(TYPESCRIPT_CLIENT)
    _generate([npm, "--prefix", folder, "run", "--silent", "schema"], f"npm ci --prefix {folder}")


def _generate(command: list[str], provided_by: str) -> None:
    try:
        subprocess.run(command, check=True, cwd=ROOT, stdout=sys.stderr)  # noqa: S603 - written above
    except (OSError, subprocess.CalledProcessError) as error:
        raise MissingToolError(
            f"{Path(command[0]).name} could not generate a client; `{provided_by}` installs what it needs"
        ) from error
