"""A plain shop on an origin of its own, so that the demo shows the widget as a storefront has it (U-74).

`python -m config.running.storefront PORT`; where Wafa is, which programme, and whose points, come by environment.
"""

import json
import os
import sys
import urllib.error
import urllib.request
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final

HOST: Final = "127.0.0.1"
PAGE: Final = Path(__file__).with_name("storefront.html")
SECONDS_MAX: Final = 10


class Shop(BaseHTTPRequestHandler):
    """One page, and the address where it asks for its customer's token."""

    def do_GET(self) -> None:
        if self.path != "/":
            return self._answer(HTTPStatus.NOT_FOUND, b"", kind="text/plain")
        text = PAGE.read_text(encoding="utf-8")
        for name, value in (("{wafa}", _told("SHOP_WAFA")), ("{program}", _told("SHOP_PROGRAM"))):
            text = text.replace(name, value)
        return self._answer(HTTPStatus.OK, text.encode(), kind="text/html; charset=utf-8")

    def do_POST(self) -> None:
        """A token of the one customer who is always signed in here."""
        if self.path != "/token":
            return self._answer(HTTPStatus.NOT_FOUND, b"", kind="text/plain")
        try:
            return self._answer(HTTPStatus.OK, token(), kind="application/json")
        except urllib.error.URLError:
            return self._answer(HTTPStatus.BAD_GATEWAY, b"{}", kind="application/json")

    def log_message(self, *_told: object) -> None:
        """Nothing: a token would stand beside it."""

    def _answer(self, status: HTTPStatus, body: bytes, *, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)


def token() -> bytes:
    """What a storefront's server does: ask with its secret key, and hand on the token alone."""
    asked = urllib.request.Request(  # noqa: S310 (our own address)
        f"{_told('SHOP_WAFA')}/v1/members/{_told('SHOP_MEMBER')}/tokens",
        data=b"{}",
        headers={
            "Authorization": f"Bearer {_key()}",
            "Content-Type": "application/json",
        },
    )
    with urllib.request.urlopen(asked, timeout=SECONDS_MAX) as answer:  # noqa: S310
        return json.dumps({"token": json.load(answer)["token"]}).encode()


def _key() -> str:
    """The demo's storefront key, as `play_demo` keeps it."""
    kept = Path(_told("DATA_DIR")) / "demo" / "logins.json"
    return str(json.loads(kept.read_text(encoding="utf-8"))["key"])


def _told(name: str) -> str:
    return os.environ[name]


def main() -> None:
    """Until stopped."""
    ThreadingHTTPServer((HOST, int(sys.argv[1])), Shop).serve_forever()


if __name__ == "__main__":
    main()
