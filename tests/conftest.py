"""What all tests share: the engine that was asked for, hypothesis, and the browser.

`pip install -r requirements.txt && pytest` runs everything that those packages allow. bin/test sets
PMH_REQUIRE_ALL=1, with which anything missing is a failure.
"""

import functools
import importlib.util
import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection

from tests.counting import COUNTS, count
from tests.unlocked import let_tests_clean_up

REQUIRE_ALL = os.environ.get("PMH_REQUIRE_ALL") == "1"
CI = os.environ.get("CI") == "true"

# Packages of requirements-dev.txt that test modules import.
DEV_PACKAGES = ("axe_playwright_python", "hypothesis", "pdfua", "playwright", "pypdf", "schemathesis")
MISSING = [name for name in DEV_PACKAGES if importlib.util.find_spec(name) is None]
NEEDS_MISSING = re.compile(rf"^(?:from|import) ({'|'.join(MISSING)})\b", re.MULTILINE)

if "hypothesis" not in MISSING:
    from hypothesis import settings

    # The everyday profile draws the same examples each time, so that a result depends on the code
    # alone; the long one goes looking for new ones.
    settings.register_profile("short", max_examples=50, deadline=None, derandomize=True)
    settings.register_profile("long", max_examples=1000, deadline=None, print_blob=True)
    settings.load_profile("long" if os.environ.get("PMH_LONG") == "1" else "short")


def pytest_sessionstart() -> None:
    """Refuses to test on another engine than the one asked for."""
    asked = os.environ.get("PMH_TEST_ENGINE", "sqlite")
    if connection.vendor != asked:
        raise pytest.UsageError(
            f"the tests were asked for on {asked} but the settings say {connection.vendor} "
            "(see DATABASE_URL, and tests/postgres.py)"
        )


@pytest.fixture(scope="session", autouse=True)
def _media(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Files of the tests stay out of the installation's own."""
    django_settings.MEDIA_ROOT = str(tmp_path_factory.mktemp("media"))


def pytest_report_header() -> list[str]:
    lines = [f"database: {connection.vendor}"]
    if MISSING and not REQUIRE_ALL:
        lines.append(f"left out: modules that need {', '.join(MISSING)} (bin/setup --dev brings them)")
    return lines


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Leaves out the modules that import a package which is not installed."""
    if REQUIRE_ALL or not MISSING or collection_path.suffix != ".py":
        return None
    return True if NEEDS_MISSING.search(collection_path.read_text(encoding="utf-8")) else None


@pytest.fixture
def counted(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Tells a line about what a test counted, which stands at the end of the run."""
    return functools.partial(count, request.config)


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    if lines := config.stash.get(COUNTS, []):
        terminalreporter.section("counted")
        for line in lines:
            terminalreporter.write_line(line)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Browser stories last: from the first one on, Playwright's event loop runs in this thread.

    With PMH_DATABASE_ONLY=1, which bin/test sets for one of its two engines, what asks no database is left to the
    other: the result cannot differ. pytest-django refuses the database to a test that does not say that it asks it.
    """
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)
    if os.environ.get("PMH_DATABASE_ONLY") == "1":
        left = [item for item in items if not _asks_a_database(item)]
        items[:] = [item for item in items if _asks_a_database(item)]
        config.hook.pytest_deselected(items=left)


def _asks_a_database(item: pytest.Item) -> bool:
    """Through pytest-django, or by the engine that the run is for, as what brings databases of its own does."""
    if hasattr(item.module, "connection"):
        return True
    names = {"db", "transactional_db", "live_server", "django_db_setup"} & {*getattr(item, "fixturenames", ())}
    return bool(names) or item.get_closest_marker("django_db") is not None


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> None:
    """Tests on SQLite use a file: the one in memory shares a connection and hides locking."""
    if connection.vendor == "sqlite" and connection.is_in_memory_db():
        pytest.exit("the SQLite test database must be a file: set TEST NAME in the settings", returncode=1)
    let_tests_clean_up(connection)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Debian's Chromium, driven by Playwright (whose own downloads are not used)."""
    if "playwright" in MISSING:
        (pytest.fail if REQUIRE_ALL else pytest.skip)("playwright is not installed (bin/setup --dev)")
    chromium = shutil.which("chromium")
    if chromium is None:
        (pytest.fail if REQUIRE_ALL or CI else pytest.skip)("chromium is not installed (bin/setup --dev)")

    from playwright.sync_api import expect, sync_playwright  # noqa: PLC0415  # may be missing, see above

    # A machine with other work on both cores takes longer than the usual 5 s for a page.
    expect.set_options(timeout=20_000)
    # Playwright's loop makes Django believe that it runs inside asynchronous code; it does not.
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(
            executable_path=chromium,
            # As root Chromium has no sandbox; it only ever sees our own pages.
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Any, live_server: Any) -> Iterator[Any]:
    """A fresh visitor on a common office screen; `page.goto("/")` opens the application."""
    context = browser.new_context(
        base_url=live_server.url,
        viewport={"width": 1366, "height": 768},
        locale="es-PE",
        timezone_id="America/Lima",
    )
    yield context.new_page()
    context.close()
