"""P-22: a link that somebody handed on, followed through the whole stack, touch and all (R-59)."""

import logging
from time import perf_counter
from typing import Final

from django.test import Client

from benchmarks.bringing import PLAN
from benchmarks.ground import BENCH, NOW, a_program, run, settle_down, some_members
from benchmarks.measuring import Figure, cost_of
from loyalty.programs.documents import FORMAT, apply_program
from referrals.codes.issuing import code_of_member

CLICKS: Final = 2_000
WARM: Final = 100
CPU_CLICKS: Final = 300
MS_MAX: Final = 30.0
FIREFOX: Final = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def figures(seed: int, *, clicks: int = CLICKS) -> list[Figure]:
    """Strangers click, each with a browser of their own: answered, and a touch kept."""
    logging.getLogger("wafa.requests").setLevel(logging.WARNING)  # a line each would be read here
    program, _stars = a_program("inviting")
    parts = {"format": FORMAT, "program": {"slug": program.slug}, "referral_plan": PLAN}
    apply_program(document=parts, actor=BENCH, at=NOW, own=program)
    (advocate,) = some_members(program, 1, prefix=f"a{seed}-")
    browser = Client()
    link = f"/r/{code_of_member(program=program, member_id=advocate, at=NOW).text}?to=/coffee"
    for _ in range(WARM):
        _follow(browser, link)
    settle_down()
    took = sorted(_follow(browser, link) for _ in range(clicks))
    cost = cost_of(lambda: [_follow(browser, link) for _ in range(CPU_CLICKS)], pieces=CPU_CLICKS)
    ((touches,),) = run("SELECT count(*) FROM referrals_touch")
    assert touches == WARM + clicks + CPU_CLICKS, touches
    worst = took[len(took) * 99 // 100] * 1_000
    return [
        Figure(
            "P-22",
            f"a link followed {clicks:,} times, a touch kept each time: 99 of 100 answered within",
            f"{worst:.1f} ms",
            f"≤ {MS_MAX:.0f} ms",
            worst <= MS_MAX,
            f"half within {took[len(took) // 2] * 1_000:.1f} ms; {cost.cpu:.1f} CPU-ms each, one process",
        )
    ]


def _follow(browser: Client, link: str) -> float:
    browser.cookies.clear()  # a visitor whom nobody has seen
    began = perf_counter()
    answer = browser.get(link, headers={"User-Agent": FIREFOX})
    took = perf_counter() - began
    assert answer.status_code == 302, answer.status_code
    return took
