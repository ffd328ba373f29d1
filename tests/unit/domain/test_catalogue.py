"""What follows from the model catalogue: choices, refusals, warnings, negotiated lengths and sizes."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retake.domain.catalogue import Catalogue, Model, Price, PriceUnit, Size
from retake.domain.errors import InvalidRequestError
from retake.domain.models import MODELS
from retake.domain.own_models import parse_models
from retake.domain.references import ReferenceRole

TODAY = date(2026, 11, 21)
LATER = date(2027, 3, 1)
MODEL = Model(
    name="fox-1",
    title="Fox 1",
    provider="openai_videos",
    provider_model="acme/fox-1",
    durations_ms=(4000, 6000, 8000),
    price=Price(Decimal("0.05"), TODAY),
    sizes=(Size(1280, 720), Size(720, 1280), Size(1920, 1080)),
)
FOX_2 = replace(MODEL, name="fox-2", title="Fox 2")
HARE = replace(MODEL, name="hare", title="Hare", provider="replicate")


def test_a_model_is_chosen_by_name_without_a_warning() -> None:
    choice = Catalogue([MODEL, HARE]).choose("hare", today=TODAY)

    assert (choice.model, choice.warning) == (HARE, None)


def test_an_unknown_model_is_refused_naming_others_and_the_field() -> None:
    with pytest.raises(InvalidRequestError, match=r"no model 'dog'.*Use fox-1 or hare") as refused:
        Catalogue([MODEL, HARE]).choose("dog", today=TODAY, at="videos[1].model")

    assert [fault.field for fault in refused.value.faults] == ["videos[1].model"]


@pytest.mark.parametrize("days_after", [0, 1, 400])
def test_a_model_that_ended_is_refused_with_those_of_its_provider_first(days_after: int) -> None:
    ended = replace(MODEL, end_of_life=TODAY - timedelta(days=days_after))

    with pytest.raises(InvalidRequestError, match=r"taken down.*Use fox-2 or hare instead\.$"):
        Catalogue([HARE, ended, FOX_2]).choose("fox-1", today=TODAY)


def test_alternatives_are_alive_themselves() -> None:
    ended = replace(MODEL, end_of_life=TODAY)

    with pytest.raises(InvalidRequestError) as refused:
        Catalogue([ended, replace(FOX_2, end_of_life=TODAY)]).choose("fox-1", today=TODAY)
    assert "instead" not in refused.value.detail


@pytest.mark.parametrize(("days_left", "warns"), [(1, True), (30, True), (31, False)])
def test_a_model_that_ends_soon_can_be_used_and_warns(days_left: int, *, warns: bool) -> None:
    ending = replace(MODEL, end_of_life=TODAY + timedelta(days=days_left))

    choice = Catalogue([ending, HARE]).choose("fox-1", today=TODAY)

    assert choice.model is ending
    assert (choice.warning is not None) is warns
    if choice.warning is not None:
        assert f"in {days_left} days" in choice.warning
        assert "Use hare instead" in choice.warning


@pytest.mark.parametrize(
    ("wanted_ms", "asked_ms"), [(1, 4000), (4000, 4000), (4001, 6000), (8000, 8000), (60_000, 8000)]
)
def test_a_length_becomes_the_shortest_that_is_long_enough_else_the_longest(
    wanted_ms: int, asked_ms: int
) -> None:
    assert MODEL.negotiate_duration(wanted_ms) == asked_ms


@given(st.integers(1, 400_000), st.sampled_from(MODELS))
def test_a_negotiated_length_is_always_one_that_is_made(wanted_ms: int, model: Model) -> None:
    asked_ms = model.negotiate_duration(wanted_ms)

    assert asked_ms in model.durations_ms
    longer = [ms for ms in (model.durations_ms[0], model.durations_ms[-1]) if ms >= wanted_ms]
    assert asked_ms >= wanted_ms or not longer


@pytest.mark.parametrize(
    ("wanted", "asked"),
    [
        (Size(640, 360), Size(1280, 720)),
        (Size(1920, 1080), Size(1920, 1080)),
        (Size(1080, 1920), Size(720, 1280)),  # no larger one is made
        (Size(1000, 1000), Size(1280, 720)),  # as near as 9:16, and first
    ],
)
def test_a_size_becomes_one_of_its_shape_that_is_large_enough(wanted: Size, asked: Size) -> None:
    assert MODEL.negotiate_size(wanted) == asked


def test_a_model_for_any_size_is_asked_for_what_is_wanted() -> None:
    assert replace(MODEL, sizes=()).negotiate_size(Size(642, 358)) == Size(642, 358)


@pytest.mark.parametrize(
    ("size", "ratio", "resolution"),
    [
        (Size(1280, 720), "16:9", "720p"),
        (Size(854, 480), "16:9", "480p"),
        (Size(540, 960), "9:16", "540p"),
        (Size(720, 720), "1:1", "720p"),
        (Size(1680, 720), "21:9", "720p"),
        (Size(720, 960), "3:4", "720p"),
    ],
)
def test_a_size_is_reported_as_providers_write_it(size: Size, ratio: str, resolution: str) -> None:
    assert (size.aspect_ratio, size.resolution) == (ratio, resolution)


def test_an_estimate_is_for_what_is_asked_for_not_for_what_is_kept() -> None:
    assert MODEL.estimate(4100) == Decimal("0.3000")  # 6 s
    assert replace(MODEL, price=None).estimate(4100) is None
    by_clip = Price(Decimal("1.25"), TODAY, PriceUnit.CLIP)
    assert replace(MODEL, price=by_clip).estimate(4100) == Decimal("1.2500")


def test_the_catalogue_knows_what_has_ended() -> None:
    alive = {model.name for model in MODELS if not model.has_ended(TODAY)}

    assert alive.isdisjoint({"sora-2", "sora-2-pro", "nova-reel-1.0", "nova-reel-1.1"})
    assert {"local", "self-hosted", "luma-ray-2", "seedance-2.0"} <= alive


@pytest.mark.parametrize("provider", ["local", "openai_videos", "bedrock_async", "replicate"])
def test_every_provider_offers_a_model_first_that_is_alive(provider: str) -> None:
    first = Catalogue(MODELS).of_providers({provider}).models[0]

    assert not first.has_ended(LATER)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_every_entry_is_well_formed(model: Model) -> None:
    assert list(model.durations_ms[:100]) == sorted(model.durations_ms[:100])
    assert len({each.name for each in MODELS}) == len(MODELS)
    assert model.provider in {"local", "scripted"} or all(ms % 1000 == 0 for ms in model.durations_ms)
    if model.provider == "replicate":
        assert {role.value for role in model.references.most} <= set(model.inputs)


def test_an_installation_adds_its_own_models_and_corrects_others() -> None:
    own = parse_models(
        [
            {
                "name": "wan-own",
                "provider": "openai_videos",
                "provider_model": "Wan-AI/Wan2.2-T2V-A14B-Diffusers",
                "durations_s": {"from": 1, "to": 5},
                "dollars": "0.004",
                "sizes": ["832x480"],
                "references": ["image"],
                "end_of_life": "2027-01-31",
            },
            {**_plain("veo-3.1"), "durations_s": [8, 4], "dollars": 2.5, "per": "clip"},
        ]
    )
    catalogue = Catalogue((*MODELS, *own))

    wan = catalogue.choose("wan-own", today=TODAY).model
    assert list(wan.durations_ms) == [1000, 2000, 3000, 4000, 5000]
    assert wan.sizes == (Size(832, 480),)
    assert wan.references.most == {ReferenceRole.FIRST_FRAME: 1}
    assert (wan.end_of_life, wan.estimate(5000)) == (date(2027, 1, 31), Decimal("0.0200"))
    veo = catalogue.choose("veo-3.1", today=TODAY).model
    assert (veo.durations_ms, veo.estimate(8000)) == ((4000, 8000), Decimal("2.5000"))


@pytest.mark.parametrize(
    "mistake",
    [
        {"durations_s": []},
        {"durations_s": "often"},
        {"dollars": "cheap"},
        {"sizes": ["large"]},
        {"references": ["sound"]},
        {"end_of_life": "soon"},
        {"speed": 3},
    ],
)
def test_an_entry_with_a_mistake_is_refused_by_its_name(mistake: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="'mine' cannot be read"):
        parse_models([{**_plain("mine"), **mistake}])


def _plain(name: str) -> dict[str, object]:
    return {"name": name, "provider": "replicate", "provider_model": "a/b", "durations_s": [5]}


def test_failures_are_free_only_where_a_user_says_so() -> None:
    catalogue = Catalogue([MODEL, replace(FOX_2, free_failures=True)])

    assert [catalogue.has_free_failures(name) for name in ("fox-1", "fox-2", "dog", "")] == [
        False,
        True,
        False,
        False,
    ]
    # No one's bill says what a failed job of these costs; the others run on one's own machine.
    free = {model.name for model in MODELS if model.free_failures}
    assert free == {"local", "self-hosted", "scripted"}
    (own,) = parse_models([{**_plain("mine"), "free_failures": True}])
    assert own.free_failures


TIERED = Price(
    Decimal("0.30"),
    date(2026, 11, 1),
    tiers=(("360p", Decimal("0.03")), ("720p", Decimal("0.10"))),
)


@pytest.mark.parametrize(
    ("size", "cost"),
    [
        (Size(640, 360), "0.2400"),
        (Size(320, 180), "0.2400"),  # made in the smallest that is large enough
        (Size(1280, 720), "0.8000"),
        (Size(720, 1280), "0.8000"),
        (Size(1920, 1080), "2.4000"),  # no tier of its own: the most is meant
        (None, "2.4000"),
    ],
)
def test_an_estimate_is_by_the_tier_that_will_be_asked_for(size: Size | None, cost: str) -> None:
    sizes = (Size(640, 360), Size(1280, 720), Size(720, 1280), Size(1920, 1080))
    model = Model(*("fox", "Fox", "p", "fox"), durations_ms=(8000,), price=TIERED, sizes=sizes)

    assert model.estimate(5000, size) == Decimal(cost)


def test_tiers_of_ones_own_are_read_and_the_most_of_them_is_the_price() -> None:
    entry = {"name": "w", "provider": "p", "provider_model": "w", "durations_s": [5]}
    (model,) = parse_models([{**entry, "tiers": {"480p": "0.05", "720p": 0.1}, "dollars": "0.02"}])

    assert model.price is not None
    assert (model.price.dollars, dict(model.price.tiers)) == (
        Decimal("0.1"),
        {"480p": Decimal("0.05"), "720p": Decimal("0.1")},
    )


def test_no_known_price_is_below_one_of_its_tiers() -> None:
    prices = [model.price for model in MODELS if model.price is not None]
    assert any(price.tiers for price in prices)
    assert all(price.dollars >= dollars for price in prices for _, dollars in price.tiers)


@pytest.mark.parametrize(
    ("name", "seconds", "size", "dollars"),
    [
        ("vertex-veo-3.1-lite", 4, Size(1280, 720), "0.20"),
        ("vertex-veo-3.1-lite", 5, Size(1920, 1080), "0.48"),
        ("vertex-veo-3.1-fast", 8, Size(720, 1280), "0.80"),
        ("vertex-veo-3.1-fast", 8, None, "0.96"),
        ("vertex-veo-3.1", 30, Size(1280, 720), "3.20"),
        ("vertex-veo-3.1-silent", 8, Size(1920, 1080), "1.60"),
        # Subjects take 8 seconds, however short the clip is.
        ("vertex-veo-3.1-subjects", 2, Size(1280, 720), "3.20"),
        ("vertex-veo-3.1-fast-subjects", 2, Size(1280, 720), "0.80"),
    ],
)
def test_veo_on_vertex_ai_is_priced_by_model_size_and_sound(
    name: str, seconds: int, size: Size | None, dollars: str
) -> None:
    model = Catalogue(MODELS).choose(name, today=TODAY).model

    assert model.estimate(seconds * 1000, size) == Decimal(dollars)
    assert model.has_sound is ("silent" not in name)
