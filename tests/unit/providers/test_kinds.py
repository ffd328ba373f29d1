"""Every kind of provider is in all the places that a provider has."""

from infra.flavour import ROOT
from retake.domain.models import MODELS
from retake.domain.providers import PROVIDER_KINDS
from tests.contract.providers.subjects import ALL
from tests.contract.test_video_provider import PROVIDERS as CASES
from tests.unit.services.test_paid_once import REALS

ON_ONE_MACHINE = {"local", "scripted"}


def test_each_kind_on_the_network_is_under_contract() -> None:
    assert set(ALL) == set(REALS) == set(PROVIDER_KINDS) - ON_ONE_MACHINE
    assert {name.partition(",")[0] for name in CASES} == set(PROVIDER_KINDS)


def test_the_page_lists_each_kind_and_those_that_have_models() -> None:
    page = (ROOT / "docs" / "providers.md").read_text(encoding="utf-8")
    assert [name for name in PROVIDER_KINDS if f"| `{name}` |" not in page] == []
    shown = {model.provider for model in MODELS if f"`{model.name}`" in page}
    assert {model.provider for model in MODELS} == shown
