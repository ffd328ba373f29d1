"""Several providers in one installation: settings, routing, and what is said of those that lack something."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import ValidationError

from infra.environment import KEY_VARIABLES, OPTION_VARIABLES, is_provider_key, setting_environment
from infra.local.environment import inherited
from retake import bootstrap
from retake.adapters.providers.registry import PROVIDERS
from retake.adapters.providers.routing import ConfiguredProviders
from retake.config import raw_settings, settings
from retake.domain.errors import ProviderRejectedError, ProviderUnavailableError
from retake.domain.models import MODELS
from retake.domain.providers import PROVIDER_KINDS
from retake.installed_providers import provider_states
from retake.ports.providers import ProviderJobStatus, SubmissionRecovery
from retake.provider_check import check_provider, list_models_of, list_providers
from retake.provider_settings import ProviderSettings
from tests.contract.providers.subjects import REQUEST, finished
from tests.fakes.providers import openai_videos, openrouter, replicate
from tests.fakes.providers.server import How, Reply
from tests.fakes.providers.world import ProviderWorld

FARM_MODEL = {"name": "wan", "provider": "farm", "provider_model": "wan", "durations_s": [5], "dollars": 0}


def forget_everything() -> None:
    """Read the environment anew."""
    settings.cache_clear()
    bootstrap.context = bootstrap.LambdaContext()


@pytest.fixture
def world() -> Iterator[ProviderWorld]:
    world = ProviderWorld()
    yield world
    world.close()


@pytest.fixture(autouse=True)
def shell(monkeypatch: pytest.MonkeyPatch, world: ProviderWorld) -> Iterator[pytest.MonkeyPatch]:
    for name in (*KEY_VARIABLES, *OPTION_VARIABLES):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("RETAKE_PROVIDER", "local")
    monkeypatch.setenv("RETAKE_BUCKET_NAME", "own-bucket")
    forget_everything()
    monkeypatch.setattr(bootstrap.context, "objects", world.objects)
    yield monkeypatch
    monkeypatch.undo()
    forget_everything()


def configure(shell: pytest.MonkeyPatch, *entries: object, models: object = ()) -> None:
    shell.setenv("RETAKE_PROVIDERS", json.dumps(entries))
    shell.setenv("RETAKE_MODELS", json.dumps(models))


def two_servers(shell: pytest.MonkeyPatch, world: ProviderWorld) -> None:
    """Configure a server of one's own under a name of its own, beside Replicate."""
    shell.setenv("RETAKE_KEY_FARM", openai_videos.KEY)
    shell.setenv("REPLICATE_API_TOKEN", replicate.KEY)
    farm = {
        "name": "farm",
        "kind": "openai_videos",
        "base_url": world.openai_server.url,
        "key_reference": "env:RETAKE_KEY_FARM",
    }
    trusted = world.replicate_server.url
    hosted = {"name": "replicate", "base_url": f"{trusted}/v1", "trusted_server": trusted}
    configure(shell, farm, hosted, models=[FARM_MODEL])


def test_each_model_is_made_by_its_own_provider(
    shell: pytest.MonkeyPatch, world: ProviderWorld, tmp_path: Path
) -> None:
    two_servers(shell, world)
    providers = bootstrap.context.providers

    for number, (model, name) in enumerate({"wan": "farm", "seedance-2.0": "replicate"}.items()):
        provider = providers.choose(provider=None, model=model)
        asked = replace(REQUEST, idempotency_key=f"key-{number}", model=model)
        job = provider.submit(asked)
        # Every later step follows the record, whatever the model has become.
        recorded = providers.choose(provider=provider.name, model="gone")
        assert (provider.name, finished(recorded, job).status) == (name, ProviderJobStatus.SUCCEEDED)
        recorded.fetch(job.provider_job_id, tmp_path / name)

    assert len(world.openai_app.videos) == len(world.replicate_app.predictions) == 1
    assert all((tmp_path / name).stat().st_size > 1000 for name in ("farm", "replicate"))


def test_what_lacks_nothing_is_offered_and_of_the_rest_it_is_said_what_is_missing(
    shell: pytest.MonkeyPatch,
) -> None:
    configure(shell, {"name": "farm", "kind": "openai_videos"}, {"name": "bedrock_async"})
    states = {state.name: state for state in provider_states()}

    assert {model.provider for model in bootstrap.context.model_choices.catalogue.models} == {
        "local",
        "bedrock_async",
    }
    assert bootstrap.context.model_choices.default_model == "local"
    assert [name for name, state in states.items() if state.is_default] == ["local"]
    assert states["local"].missing is states["bedrock_async"].missing is None
    assert "base_url" in str(states["farm"].missing)
    for kind in PROVIDER_KINDS.values():
        if kind.key_variable:
            assert kind.key_variable in str(states[kind.name].missing)


@pytest.mark.parametrize("kind", [kind for kind in PROVIDER_KINDS.values() if kind.key_variable])
def test_a_key_under_its_usual_name_is_all_that_is_needed(kind: object, shell: pytest.MonkeyPatch) -> None:
    assert isinstance(kind, type(PROVIDER_KINDS["local"]))
    shell.setenv(kind.key_variable, "a-key-that-stays-hidden")

    chosen = settings(ProviderSettings)
    offered = {model.provider for model in bootstrap.context.model_choices.catalogue.models}

    assert offered == {"local", kind.name}
    assert chosen.plain_key(chosen.entries()[-1]) == "a-key-that-stays-hidden"
    assert "a-key" not in f"{chosen!r} {chosen.entries()!r} {provider_states()!r}"
    name = next(model.name for model in MODELS if model.provider == kind.name)
    assert bootstrap.context.providers.choose(provider=None, model=name).name == kind.name


@pytest.mark.parametrize("said", ["", "europe-west4"])
def test_options_that_users_have_in_variables_are_read_where_the_settings_do_not_say_them(
    said: str, shell: pytest.MonkeyPatch
) -> None:
    shell.setenv("GOOGLE_APPLICATION_CREDENTIALS", "key.json")
    shell.setenv("GOOGLE_CLOUD_PROJECT", "fox-films")
    shell.setenv("GOOGLE_CLOUD_LOCATION", "us-east5")
    configure(shell, {"name": "vertex", "location": said})

    chosen = settings(ProviderSettings)
    options = {entry.name: chosen.options_of(entry) for entry in chosen.entries()}

    assert (options["vertex"]["project"], options["vertex"]["location"]) == ("fox-films", said or "us-east5")
    assert (options["local"]["project"], options["local"]["location"]) == ("", "")


def test_functions_and_checks_find_the_file_of_a_key_from_wherever_they_run(
    shell: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shell.chdir(tmp_path)
    shell.setenv("GOOGLE_APPLICATION_CREDENTIALS", "keys/vertex.json")
    shell.setenv("GOOGLE_CLOUD_PROJECT", "fox-films")
    shell.setenv("GOOGLE_CLOUD_LOCATION", "")
    expected = {
        "GOOGLE_APPLICATION_CREDENTIALS": str(tmp_path / "keys" / "vertex.json"),
        "GOOGLE_CLOUD_PROJECT": "fox-films",
    }

    for found in (inherited(), setting_environment(provider="local", with_key=True)):
        assert {name: value for name, value in found.items() if name.startswith("GOOGLE_")} == expected
    on_aws = setting_environment(provider="local", with_key=False)
    assert not any(name.startswith("GOOGLE_") for name in on_aws)


def test_the_settings_of_one_provider_still_work_and_its_key_is_its_own(shell: pytest.MonkeyPatch) -> None:
    shell.setenv("RETAKE_PROVIDER", "replicate")
    shell.setenv("RETAKE_PROVIDER_OPTIONS", '{"model": "seedance-2.0", "base_url": "https://own.example"}')
    shell.setenv("RETAKE_PROVIDER_KEY", "the-old-variable")
    configure(shell, {"name": "farm", "kind": "openai_videos", "base_url": "https://farm.example"})

    chosen = settings(ProviderSettings)
    single, farm = chosen.entries()

    assert (single.name, single.base_url) == ("replicate", "https://own.example")
    assert [chosen.plain_key(entry) for entry in (single, farm)] == ["the-old-variable", ""]
    assert bootstrap.context.model_choices.default_model == "seedance-2.0"


@pytest.mark.parametrize(
    ("entries", "named"),
    [
        ([{"name": "x"}], "kind is 'x'; there are local"),
        ([{"name": "mine", "kind": "local"}], "only have its own name"),
        ([{"name": "Farm", "kind": "openai_videos"}], "name"),
        ([{"name": "farm", "kind": "openai_videos", "url": "u"}], "url"),
        ([{"name": "replicate"}, {"name": "replicate"}], "a name of its own"),
    ],
)
def test_an_entry_that_is_wrong_is_named(
    entries: list[object], named: str, shell: pytest.MonkeyPatch
) -> None:
    configure(shell, *entries)

    with pytest.raises(ValidationError, match=named):
        settings(ProviderSettings)


def test_a_provider_that_is_not_configured_any_more_starts_nothing_and_is_not_called_failed(
    tmp_path: Path,
) -> None:
    gone = bootstrap.context.providers.choose(provider="farm", model="local")

    assert (gone.name, gone.submission_recovery) == ("farm", SubmissionRecovery.NONE)
    with pytest.raises(ProviderRejectedError, match="'farm' is not configured"):
        gone.submit(REQUEST)
    with pytest.raises(ProviderRejectedError, match="'farm' is not configured"):
        gone.check()
    with pytest.raises(ProviderUnavailableError, match="'farm' is not configured"):
        gone.poll("job")
    with pytest.raises(ProviderUnavailableError, match="'farm' is not configured"):
        gone.find("key")
    gone.cancel("job")  # as where a provider cannot stop a job: nothing waits for it
    with pytest.raises(ProviderUnavailableError, match="'farm' is not configured"):
        gone.fetch("job", tmp_path / "video")


def test_one_that_cannot_be_built_does_not_stop_the_others(shell: pytest.MonkeyPatch) -> None:
    configure(shell, {"name": "farm", "kind": "openai_videos"}, models=[FARM_MODEL])
    providers = bootstrap.context.providers

    with pytest.raises(ProviderRejectedError, match="needs its server's address"):
        providers.choose(provider=None, model="wan").submit(REQUEST)
    assert providers.choose(provider=None, model="local").name == "local"


def test_a_provider_is_built_once(world: ProviderWorld) -> None:
    built: list[str] = []

    def build(name: str) -> object:
        built.append(name)
        return world.replicate()

    providers = ConfiguredProviders(
        names=["replicate"],
        default="replicate",
        catalogue=bootstrap.context.catalogue,
        build=build,  # type: ignore[arg-type]
    )

    assert providers.choose(provider=None, model="") is providers.choose(provider="replicate", model="x")
    assert built == ["replicate"]


def test_a_check_proves_address_and_key_and_generates_nothing(
    shell: pytest.MonkeyPatch, world: ProviderWorld
) -> None:
    two_servers(shell, world)

    assert [check_provider(name) for name in ("local", "farm", "replicate")] == [None, None, None]
    assert {request.method for server in world.servers for request in server.requests} == {"GET"}

    shell.setenv("RETAKE_KEY_FARM", "sk-a-wrong-key-that-stays-hidden")
    refused = check_provider("farm")
    assert "refuses our key (401)" in str(refused)
    assert "wrong-key" not in str(refused)

    world.replicate_server.fail("GET", "/account", How.ANSWER, reply=Reply(404))
    assert "address seems wrong" in str(check_provider("replicate"))
    world.replicate_server.fail("GET", "/account", How.ANSWER, times=2, reply=Reply(503))
    assert "503" in str(check_provider("replicate"))


def test_what_cannot_be_checked_is_said_without_asking_any_user(shell: pytest.MonkeyPatch) -> None:
    configure(shell, {"name": "farm", "kind": "openai_videos"})

    assert "base_url" in str(check_provider("farm"))
    assert "REPLICATE_API_TOKEN" in str(check_provider("replicate"))
    assert "There is no provider 'unknown'; there are local" in str(check_provider("unknown"))


def test_the_list_names_each_provider_with_its_models(shell: pytest.MonkeyPatch) -> None:
    configure(shell, {"name": "farm", "kind": "openai_videos"}, models=[FARM_MODEL])

    listed = {entry["name"]: entry for entry in list_providers()}

    assert listed["farm"]["models"] == ["wan"]
    assert listed["local"] == {
        "name": "local",
        "kind": "local",
        "title": "Local",
        "is_default": True,
        "missing": None,
        "models": ["local"],
    }


def test_what_is_known_of_kinds_is_complete() -> None:
    assert set(PROVIDER_KINDS) == set(PROVIDERS)
    used = {kind.key_variable for kind in PROVIDER_KINDS.values() if kind.key_variable}
    assert used <= set(KEY_VARIABLES)
    assert all(is_provider_key(name) for name in (*KEY_VARIABLES, "RETAKE_KEY_FARM"))
    assert not is_provider_key("AWS_SECRET_ACCESS_KEY")
    assert raw_settings("RETAKE_PROVIDERS") == ""


def test_only_openrouter_has_a_list_of_its_own(shell: pytest.MonkeyPatch, world: ProviderWorld) -> None:
    shell.setenv("OPENROUTER_API_KEY", openrouter.KEY)
    configure(shell, {"name": "openrouter", "base_url": f"{world.openrouter_server.url}/api/v1"})
    world.openrouter_app.models = [{"id": "a/b", "supported_durations": [5]}]

    listed = list_models_of("openrouter")
    assert (listed["fault"], [entry["name"] for entry in listed["models"]]) == (None, ["openrouter-a-b"])
    assert "Only OpenRouter" in list_models_of("local")["fault"]
    assert "REPLICATE_API_TOKEN" in list_models_of("replicate")["fault"]
    world.openrouter_server.fail("GET", "/videos/models", How.ANSWER, times=2, reply=Reply(503))
    assert "503" in list_models_of("openrouter")["fault"]
