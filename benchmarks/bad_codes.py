"""P-13: how long the answers to bad codes take, whatever is wrong with them; nobody shall learn it by the clock (W-36)."""

import json
import time
from datetime import timedelta
from random import Random
from statistics import median

from django.test import RequestFactory
from django.utils import timezone

from benchmarks.ground import BENCH, run, settle_down
from benchmarks.measuring import Figure
from loyalty.programs.models import Program
from loyalty.rewards.api.vouchers import Validations
from loyalty.rewards.codes.keeping import unseal_code
from loyalty.rewards.codes.spelling import draw_code, show_code
from loyalty.rewards.using import tilling
from loyalty.rewards.using.finding import Shown

EACH = 10  # codes of a kind, asked in turn
ROUNDS = 300
WARM_UP = 10
APART_MS_MAX = 10.0
APART_SHARE_MAX = 0.1
_SEALED = "SELECT id, sealed FROM loyalty_voucher WHERE program_id = %s ORDER BY id LIMIT %s"


def figure(seed: int, *, program: Program, other: Program, headers: dict[str, str]) -> Figure:
    """The largest difference between the medians of any two kinds; one call of each kind a round, in any order."""
    codes, chance = _bad_codes(program, other), Random(seed)
    took: dict[str, list[float]] = {kind: [] for kind in codes}
    settle_down()
    for number in range(WARM_UP + ROUNDS):
        for kind in chance.sample(sorted(codes), len(codes)):
            run("DELETE FROM loyalty_guessguard")  # else the door closes, as it should
            taken = _milliseconds(codes[kind][number % EACH], headers=headers)
            if number >= WARM_UP:
                took[kind].append(taken)
    middles = {kind: median(times) for kind, times in took.items()}
    apart, least = max(middles.values()) - min(middles.values()), min(middles.values())
    return Figure(
        number="P-13",
        what=f"answers to codes {', '.join(codes)}: largest difference of medians",
        figure=f"{apart:.2f} ms, {apart / least:.1%}",
        goal=f"≤ {APART_MS_MAX:.0f} ms, ≤ {APART_SHARE_MAX:.0%}",
        reached=apart <= APART_MS_MAX and apart / least <= APART_SHARE_MAX,
        more=", ".join(f"{kind} {middle:.2f} ms" for kind, middle in middles.items()),
    )


def _bad_codes(program: Program, other: Program) -> dict[str, list[str]]:
    at = timezone.now()
    known, foreign = _codes_of(program, 2 * EACH), _codes_of(other, EACH)
    used, expired = known[:EACH], known[EACH:]
    for voucher_id, code in used:
        wish, shown = tilling.Wish(order_id=f"order-{voucher_id}"), Shown(code=code)
        tilling.redeem(program=program, shown=shown, wish=wish, actor=BENCH, at=at)
    run(
        "UPDATE loyalty_voucher SET ends_at = %s WHERE id = ANY(%s::uuid[])",
        [at - timedelta(days=1), [voucher_id for voucher_id, _code in expired]],
    )
    unknown = [show_code(draw_code(12)) for _ in range(EACH)]
    return {
        "unknown": unknown,
        "used": [code for _id, code in used],
        "expired": [code for _id, code in expired],
        "foreign": [code for _id, code in foreign],
        "malformed": [code[:-1] + ("0" if code[-1] != "0" else "1") for code in unknown],
    }


def _codes_of(program: Program, count: int) -> list[tuple[str, str]]:
    """Some codes of a programme, out of their sealed copies."""
    rows = run(_SEALED, [program.pk, count])
    return [(row_id, show_code(unseal_code(sealed, about=row_id)[0])) for row_id, sealed in rows]


def _milliseconds(code: str, *, headers: dict[str, str]) -> float:
    """What one answer takes, from the request to its bytes."""
    request = RequestFactory().post(
        "/v1/vouchers/validate",
        data=json.dumps({"code": code}),
        content_type="application/json",
        headers=headers,
    )
    start = time.perf_counter()
    answer = Validations.as_view()(request)
    taken = (time.perf_counter() - start) * 1_000
    assert answer.status_code == 422, answer.status_code
    return taken
