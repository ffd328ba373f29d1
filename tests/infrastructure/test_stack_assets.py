"""What is shipped: the layer's ffmpeg, the sizes, and that the code finds all it imports."""

import hashlib
import json
import shutil
import stat
import subprocess
import sys
import tomllib
from importlib.util import MAGIC_NUMBER, cache_from_source, find_spec, source_hash
from pathlib import Path

import pytest

from infra.assets import ON_THE_HOST
from infra.bytecode import compile_sources
from infra.flavour import ROOT, Flavour, target_of
from infra.local.environment import inherited
from layers.ffmpeg.build import FfmpegVersion, LayerBuildError, elf_machine, verify_binary
from tests.infrastructure.stack_template import StackTemplate
from tests.lambda_calls import MODULES

LIMIT_BYTES = 250 * 1024 * 1024
UNCHECKED_HASH = 0b01
"""Flags of bytecode that is used without a look at its source (PEP 552)."""

ON_LAMBDA = ("boto3", "botocore", "s3transfer", "dateutil", "six", "urllib3")
"""What Lambda's Python brings along."""


@pytest.fixture
def ffmpeg(template: StackTemplate) -> Path:
    return template.layer("ffmpeg") / "bin" / "ffmpeg"


def test_the_layer_has_the_ffmpeg_that_is_named(ffmpeg: Path) -> None:
    version = FfmpegVersion.load()
    assert elf_machine(ffmpeg) == "aarch64"
    assert ffmpeg.stat().st_size == version.size_bytes
    assert hashlib.sha256(ffmpeg.read_bytes()).hexdigest() == version.sha256


def test_ffmpeg_can_be_executed(ffmpeg: Path, host_template: StackTemplate) -> None:
    for program in (ffmpeg, host_template.layer("ffmpeg") / "bin" / "ffmpeg"):
        assert stat.S_IMODE(program.stat().st_mode) == 0o755


def test_another_binary_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "ffmpeg"
    other.write_bytes(Path(sys.executable).read_bytes()[:4096])
    with pytest.raises(LayerBuildError, match=r"versions\.json"):
        verify_binary(other, FfmpegVersion.load())


def test_the_wheel_is_the_locked_one() -> None:
    lock = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))
    (package,) = (one for one in lock["package"] if one["name"] == "imageio-ffmpeg")
    hashes = {wheel["hash"] for wheel in package["wheels"] if "aarch64" in wheel["url"]}
    requirements = (ROOT / "layers" / "ffmpeg" / "requirements.txt").read_text(encoding="utf-8")
    (line,) = (line for line in requirements.splitlines() if not line.startswith("#"))
    assert line == f"imageio-ffmpeg=={package['version']} --hash={hashes.pop()}"


def test_the_hosts_layer_runs_the_installed_ffmpeg(host_template: StackTemplate) -> None:
    program = host_template.layer("ffmpeg") / "bin" / "ffmpeg"
    said = subprocess.run([str(program), "-version"], capture_output=True, text=True, check=True)  # noqa: S603 - fixed
    version = json.loads((ROOT / "layers" / "ffmpeg" / "versions.json").read_text(encoding="utf-8"))
    assert said.stdout.startswith(f"ffmpeg version {version['ffmpeg']}")


@pytest.mark.parametrize(
    "name",
    ["NOTICE.md", "GPL-3.0.txt", "imageio-ffmpeg-BSD-2-Clause.txt", "HankenGrotesk-OFL-1.1.txt"],
)
def test_the_layer_carries_its_licences(template: StackTemplate, name: str) -> None:
    assert (template.layer("ffmpeg") / "licenses" / name).stat().st_size > 0


def test_the_font_lies_where_functions_look_for_it(
    template: StackTemplate, host_template: StackTemplate
) -> None:
    on_lambda = template.functions["submit_generation"]["Environment"]["Variables"]["RETAKE_FONT_PATH"]
    assert (template.layer("ffmpeg") / Path(on_lambda).relative_to("/opt")).is_file()
    on_host = host_template.functions["submit_generation"]["Environment"]["Variables"]["RETAKE_FONT_PATH"]
    assert Path(on_host).is_file()


def test_code_and_layers_fit_into_a_function(template: StackTemplate) -> None:
    code = template.asset_of(template.functions["ingest_clip"]["Code"])
    total = sum(map(_size, (code, template.layer("dependencies"), template.layer("ffmpeg"))))
    assert total < LIMIT_BYTES


def test_dependencies_are_for_the_function_and_nothing_else(template: StackTemplate) -> None:
    packages = template.layer("dependencies") / "python"
    libraries = list(packages.rglob("*.so"))
    assert libraries
    assert {elf_machine(library) for library in libraries} == {"aarch64"}
    assert all("cpython-313" in library.name or ".abi3." in library.name for library in libraries)
    present = {path.name for path in packages.iterdir()}
    assert {"aws_lambda_powertools", "pydantic", "aws_xray_sdk", "cryptography"} <= present
    assert not present & {"boto3", "botocore", "bin", ".lock", "pytest"}


def test_what_the_hosts_interpreter_has_is_not_shipped_to_it_again(host_template: StackTemplate) -> None:
    present = {path.name for path in (host_template.layer("dependencies") / "python").iterdir()}
    assert "pydantic" in present
    assert not present & set(ON_THE_HOST)
    assert all(find_spec(name) for name in ON_THE_HOST)


def test_the_providers_of_one_machine_ship_with_it_alone(
    template: StackTemplate, host_template: StackTemplate
) -> None:
    on_aws, on_host = (
        {path.name for path in one.asset_of(one.functions["submit_generation"]["Code"]).iterdir()}
        for one in (template, host_template)
    )
    assert (on_aws, on_host) == ({"retake"}, {"retake", "retake_local"})


def test_what_the_host_runs_is_compiled(host_template: StackTemplate) -> None:
    code = host_template.asset_of(host_template.functions["ingest_clip"]["Code"])
    for directory in (code, host_template.layer("dependencies")):
        sources = list(directory.rglob("*.py"))
        assert sources
        for source in sources:
            compiled = Path(cache_from_source(str(source))).read_bytes()
            assert compiled[:4] == MAGIC_NUMBER
            assert int.from_bytes(compiled[4:8], "little") == UNCHECKED_HASH
            assert compiled[8:16] == source_hash(source.read_bytes())


def test_bytecode_for_another_python_is_not_shipped(template: StackTemplate) -> None:
    code = template.asset_of(template.functions["ingest_clip"]["Code"])
    for directory in (code, template.layer("dependencies")):
        compiled = [path.name.split(".")[1] for path in directory.rglob("*.pyc")]
        assert set(compiled) == ({"cpython-313"} if sys.version_info[:2] == (3, 13) else set())


def test_the_same_sources_give_the_same_bytecode(tmp_path: Path) -> None:
    made = []
    for name in ("one", "another/place"):
        copy = tmp_path / name
        shutil.copytree(ROOT / "functions", copy, ignore=shutil.ignore_patterns("__pycache__"))
        compile_sources(copy, target_of(Flavour.HOST))
        made.append({path.relative_to(copy): path.read_bytes() for path in copy.rglob("*.pyc")})
    assert made[0] == made[1] != {}


def test_handlers_import_with_nothing_but_what_is_shipped(
    host_template: StackTemplate, tmp_path: Path
) -> None:
    code = host_template.asset_of(host_template.functions["ingest_clip"]["Code"])
    path = [code, host_template.layer("dependencies") / "python", _runtime(tmp_path)]
    program = "import importlib, sys\nsys.path[:0] = sys.argv[1].split(':')\n" + "\n".join(
        f"importlib.import_module('{module}').handler" for module in MODULES.values()
    )
    command = [sys.executable, "-I", "-S", "-c", program, ":".join(map(str, path))]
    environment = {**inherited(), "AWS_DEFAULT_REGION": "us-east-1", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)  # noqa: S603 - fixed
    assert done.returncode == 0, done.stderr


def _runtime(directory: Path) -> Path:
    """Gather what Lambda brings, and only that, out of this environment."""
    for name in ON_LAMBDA:
        spec = find_spec(name)
        assert spec is not None
        assert spec.origin is not None
        origin = Path(spec.origin)
        source = origin.parent if origin.name == "__init__.py" else origin
        (directory / source.name).symlink_to(source)
    return directory


def _size(directory: Path) -> int:
    return sum(path.stat().st_size for path in directory.rglob("*") if path.is_file())
