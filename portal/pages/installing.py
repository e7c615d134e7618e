"""Installing: the pages as an app of a phone: its manifest, its worker, and the page for when there is no connection (U-56)."""

from pathlib import Path
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.templatetags.static import static

from portal.pages.base import Page

WORKER: Final = Path(__file__).parents[1] / "static" / "portal" / "worker.js"
OWN_MAIN: Final = "#0f5c5a"
# Pictures of our own mark: as it is, and with room around it for phones that cut their icons to a shape.
ICONS: Final = (("icon-192", 192, "any"), ("icon-512", 512, "any"), ("icon-maskable-512", 512, "maskable"))  # fmt: skip


class Manifest(Page):
    """How a phone installs this programme's pages."""

    for_members = False

    def get(self, request: HttpRequest) -> HttpResponseBase:
        theme = self.theme
        home = self.address("home")
        told = {
            "name": str(self.program),
            "short_name": str(self.program),
            "lang": self.language,
            "dir": "rtl" if self.style.is_mirrored else "ltr",
            "id": home,
            "start_url": home,
            "scope": home,
            "display": "standalone",
            "theme_color": theme.main if theme else OWN_MAIN,
            "background_color": "#f5f7f6",
            "icons": [_icon(*each) for each in ICONS],
        }
        return JsonResponse(told, content_type="application/manifest+json")


def _icon(name: str, size: int, purpose: str) -> dict[str, str]:
    address = static(f"portal/{name}.png")
    return {"src": address, "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}


class Worker(Page):
    """The script that shows the offline page. It stands below the programme's address, whose pages it may answer for."""

    for_members = False

    def get(self, request: HttpRequest) -> HttpResponseBase:
        response = HttpResponse(WORKER.read_bytes(), content_type="text/javascript; charset=utf-8")
        response.headers["Cache-Control"] = "no-cache"
        return response


class Offline(Page):
    """What is kept for when there is no connection; it has nobody's data."""

    template = "portal/offline.html"
    for_members = False

    def get(self, request: HttpRequest) -> HttpResponseBase:
        self.visitor = None
        return self.show()
