"""The cache of cloud assemblies, and that there is one template for both places."""

import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from infra import assembly as assembly_module
from infra.assembly import INPUTS, assemble
from infra.assets import build_once, digest_files
from infra.flavour import ROOT, Flavour
from tests.infrastructure.stack_template import StackTemplate

MAY_DIFFER = {
    "Architectures",
    "CompatibleArchitectures",
    "CompatibleRuntimes",
    "Default",
    "DeletionPolicy",
    "DeletionProtectionEnabled",
    "RETAKE_FONT_PATH",
    "RETAKE_PLATFORM",
    "Runtime",
    "S3Key",
    "UpdateReplacePolicy",
}


def test_the_template_is_the_same_for_both_places(
    template: StackTemplate, host_template: StackTemplate
) -> None:
    assert _without_differences(template.template) == _without_differences(host_template.template)


def test_what_was_synthesised_is_not_synthesised_again(host_template: StackTemplate) -> None:
    before = (host_template.assembly / "manifest.json").stat().st_mtime_ns
    again = assemble(flavour="host")
    assert again == host_template.assembly
    assert (again / "manifest.json").stat().st_mtime_ns == before


def test_asking_for_an_assembly_does_not_load_cdk() -> None:
    program = "import sys, infra.assembly; sys.exit('aws_cdk' in sys.modules)"
    subprocess.run([sys.executable, "-c", program], check=True, cwd=ROOT)  # noqa: S603 - fixed


def test_another_context_is_another_assembly(tmp_path: Path) -> None:
    one = assembly_module._name(tmp_path, Flavour.AWS, {})
    other = assembly_module._name(tmp_path, Flavour.AWS, {"archive_class": "GLACIER"})
    assert one != other


def test_everything_that_makes_an_assembly_is_there() -> None:
    assert [name for name in INPUTS if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("name", ["local", "cli"])
def test_the_stack_does_not_depend_on_the_command(name: str) -> None:
    # The cache looks at INPUTS only, so nothing outside of them may reach the template.
    sources = [ROOT / "infra" / "app.py", ROOT / "infra" / "assets.py", *(ROOT / "infra/stack").rglob("*.py")]
    assert [path for path in sources if f"infra.{name}" in path.read_text(encoding="utf-8")] == []


def test_a_digest_sees_names_and_contents_but_no_bytecode(tmp_path: Path) -> None:
    source = tmp_path / "source"
    (source / "__pycache__").mkdir(parents=True)
    (source / "a.py").write_text("1", encoding="utf-8")
    first = digest_files(source)
    (source / "__pycache__" / "a.pyc").write_text("x", encoding="utf-8")
    assert digest_files(source) == first
    (source / "a.py").rename(source / "b.py")
    renamed = digest_files(source)
    (source / "b.py").write_text("2", encoding="utf-8")
    assert len({first, renamed, digest_files(source)}) == 3


def test_a_build_that_fails_leaves_nothing(tmp_path: Path) -> None:
    def fail(directory: Path) -> None:
        (directory / "half").write_text("", encoding="utf-8")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        build_once(tmp_path / "code-0", fail)
    assert [path.name for path in tmp_path.iterdir()] == [".code.lock"]


def test_what_several_processes_need_is_built_by_one_of_them(tmp_path: Path) -> None:
    built: list[str] = []

    def build(directory: Path) -> None:
        second = threading.Thread(target=build_once, args=(tmp_path / "code-0", lambda _: built.append("2")))
        started.append(second)
        second.start()
        second.join(0.2)  # it waits: nothing is there yet
        (directory / "file").write_text("1", encoding="utf-8")
        built.append("1")

    started: list[threading.Thread] = []
    build_once(tmp_path / "code-0", build)
    started[0].join()
    assert built == ["1"]
    assert (tmp_path / "code-0" / "file").is_file()


def test_the_last_used_builds_are_kept(tmp_path: Path) -> None:
    for number in range(5):
        directory = tmp_path / f"code-{number}"
        directory.mkdir()
        os.utime(directory, (number, number))
    build_once(tmp_path / "code-0", lambda _directory: None)
    build_once(tmp_path / "code-5", lambda _directory: None)
    assert {path.name for path in tmp_path.glob("code-*")} == {"code-0", "code-4", "code-5"}


def _without_differences(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_differences(one) for key, one in value.items() if key not in MAY_DIFFER}
    return [_without_differences(one) for one in value] if isinstance(value, list) else value
