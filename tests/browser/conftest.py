"""A real browser: Debian's Chromium, driven by Playwright; for the studio, before the real stack.

Its headless shell where that is installed: the same engine without windows, for a fifth less of a processor.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from infra.environment import ToolMissingError
from infra.flavour import ROOT
from infra.studio import StudioBuildError, build_studio
from tests.browser.tour import make_tour
from tests.browser.visit import CLIPS, UnseenFaultError, Visit
from tests.screen_texts import write_manifest
from tests.stack import Stack, shared_stack

if TYPE_CHECKING:
    from playwright.sync_api import Browser

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--in-process-gpu",  # one process less: the processor paints either way
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
]
SCREENSHOTS = ROOT / "docs" / "screenshots"


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Make the moving picture of new screenshots and describe them, when all workers have written theirs."""
    if session.config.getoption("--screenshots") and not hasattr(session.config, "workerinput"):
        make_tour(SCREENSHOTS)
        write_manifest()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let a failed test of a real browser run again, `--browser-reruns` times; the summary lists it.

    Chromium, the stack and three other workers share CI's processors, so the order in which a page's events
    arrive is not the tests' to choose. Where a user of the test has kept something, the rerun fails as well.
    """
    if reruns := config.getoption("--browser-reruns"):
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.flaky(reruns=reruns, rerun_except=UnseenFaultError.__name__))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Return a headless Chromium; skip where there is none.

    Of a module: as long as Playwright runs, its thread has an event loop, and no test can start another.
    """
    executable = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    if executable is None:
        pytest.skip("there is no Chromium; install Debian's package 'chromium-headless-shell'")
    api = pytest.importorskip("playwright.sync_api", reason="run 'uv sync --group browser' first")
    with api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        yield started
        started.close()


@pytest.fixture(scope="session")
def stack(pytestconfig: pytest.Config) -> Stack:
    """The whole stack with the local provider, and the studio in front of it."""
    try:
        build_studio()
    except (StudioBuildError, ToolMissingError) as error:
        pytest.skip(f"the studio cannot be built here: {error}")
    return shared_stack(pytestconfig, "local")


@pytest.fixture
def visit(browser: Browser, stack: Stack, pytestconfig: pytest.Config) -> Iterator[Visit]:
    """A user at the studio's sign-in; at the end, that nothing went wrong in the page unseen."""
    shoots = bool(pytestconfig.getoption("--screenshots"))
    with Visit(browser, stack, screenshots=SCREENSHOTS if shoots else None) as visit:
        yield visit
        visit.check()


@pytest.fixture(scope="session")
def job(stack: Stack) -> str:
    """A job of three clips, two of which have been regenerated once."""
    vera = stack.person("vera")
    first, second = (clip.read_bytes() for clip in CLIPS)
    job_id = vera.make_job(first, second, first)
    assert vera.run(job_id, {0: "make it nighttime", 1: "warmer colors"})["status"] == "succeeded"
    return job_id
