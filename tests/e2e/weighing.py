"""`make weigh`: what pages of a running server weigh, how soon their largest part is there on a slow line, and how much they move.

`make weigh HOME_PAGE=http://127.0.0.1:8000/p/cafe/ LINK=http://127.0.0.1:8000/p/cafe/enter?ticket=…` prints a table for the figures. The link is one of
those that let a member in; without one, guests' pages are weighed alone.
"""

import statistics
import sys
from typing import Any, Final

from playwright.sync_api import Browser

from tests.e2e import chromium, looking, running

# Lighthouse's slow 4G: 150 ms there and back, 1.6 Mbit/s down, 750 kbit/s up.
SLOW_LINE: Final = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1_638_400 / 8,
    "uploadThroughput": 750_000 / 8,
}
ROUNDS: Final = 3
LARGEST: Final = """
    window.largest = 0;
    new PerformanceObserver((list) => {
        for (const each of list.getEntries()) { window.largest = each.startTime; }
    }).observe({ type: "largest-contentful-paint", buffered: true });
"""
HEAD: Final = (
    "| page | language | in all | HTML | styles | script | fonts | requests | moves | largest part after |\n"
    "|---|---|---|---|---|---|---|---|---|---|\n"
)


def main(home: str, link: str = "") -> int:
    """0 if no budget is broken."""
    is_light = True
    try:
        with running.a_browser() as browser:
            cookies = running.cookies_behind(link, browser) if link else []
            sys.stdout.write(HEAD)
            for names, told in ((running.GUESTS, []), (running.MEMBERS if link else (), cookies)):
                for name in names:
                    for language in running.LANGUAGES:
                        is_light &= _line(browser, home, name, language=language, cookies=told)
    except chromium.NotHere as reason:
        sys.stdout.write(f"not run: no Chromium here ({reason})\n")
    return 0 if is_light else 1


def _line(browser: Browser, home: str, name: str, *, language: str, cookies: list[Any]) -> bool:
    looks = [_look(browser, f"{home}{name}", language, cookies) for _ in range(ROUNDS)]
    told, over = looks[0][0], {each for look in looks for each in look[1]}
    after = statistics.median(look[2] for look in looks)
    moves = max(look[0]["shift"] for look in looks)
    kilobytes = [
        f"{told.get(kind, 0) / 1000:.1f} kB"
        for kind in ("all", "document", "stylesheet", "script", "font")
    ]
    cells = [name or "points", language, *kilobytes, told["requests"], moves, f"{after:.0f} ms"]
    sys.stdout.write("| " + " | ".join(map(str, cells)) + " |\n")
    sys.stdout.write("".join(f"  broken: {each}\n" for each in sorted(over)))
    sys.stdout.flush()
    return not over


def _look(
    browser: Browser, address: str, language: str, cookies: list[Any]
) -> tuple[dict[str, Any], list[str], float]:
    """What it weighed, which budgets it broke, and after how many milliseconds its largest part was there."""
    context = running.a_phone(browser, language=language, cookies=cookies)
    page = context.new_page()
    weights = looking.Weights(page)
    page.add_init_script(LARGEST)
    line = context.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", SLOW_LINE)
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == 200, (address, answer.status)
    over = weights.over()
    told, after = weights.told(), float(page.evaluate("window.largest"))
    context.close()
    return told, over, after


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
