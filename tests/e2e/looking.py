"""Looking at a page as people do: small and large, light and dark, by keyboard, with large letters; and what it weighs."""

import gzip
import json
from typing import Final

from tests.e2e import chromium
from tests.e2e.pages import IN_EVERY_SCRIPT

PHONE: Final = {"width": 390, "height": 844}
DESK: Final = {"width": 1280, "height": 800}
NARROW: Final = {"width": 320, "height": 640}
# U-51. CLS is told by the browser for the first look, from the empty page on.
BYTES_MAX: Final = 150_000
FONT_BYTES_MAX: Final = 60_000
HTML_BYTES_MAX: Final = 30_000
SHEET_BYTES_MAX: Final = 15_000
SCRIPT_BYTES_MAX: Final = 15_000
REQUESTS_MAX: Final = 12
SHIFT_MAX: Final = 0.02
TARGET_MIN: Final = 44
LIMITS: Final = {
    "document": HTML_BYTES_MAX,
    "stylesheet": SHEET_BYTES_MAX,
    "script": SCRIPT_BYTES_MAX,
    "font": FONT_BYTES_MAX,
}
PACKED_BY_US: Final = {"stylesheet", "script"}  # the test server sends files as they lie
CONTRAST: Final = "{runOnly: {type: 'rule', values: ['color-contrast']}}"
WATCH: Final = """
    window.shifts = [];
    new PerformanceObserver((list) => {
        for (const each of list.getEntries()) { if (!each.hadRecentInput) { window.shifts.push(each.value); } }
    }).observe({ type: "layout-shift", buffered: true });
"""
# What stands inside a sentence may be as high as its line.
SMALL: Final = """(least) => [...document.querySelectorAll("a, button, summary, input:not([type=hidden]), select, textarea")]
    .filter((each) => each.checkVisibility({ visibilityProperty: true }) && getComputedStyle(each).display !== "inline")
    .filter((each) => !each.matches(".skip, [type=radio], [type=checkbox]") && !each.closest(".unseen"))
    .map((each) => [each.getBoundingClientRect(), each])
    .filter(([box]) => box.width > 0 && (box.height < least - 0.5 || box.width < 24))
    .map(([box, each]) => `${each.tagName} "${each.textContent.trim().slice(0, 30)}" ${Math.round(box.width)} × ${Math.round(box.height)}`)"""
# Each thing that can have the focus shows it, stands in the order of the page, and is not hidden while it has it.
UNSEEN_FOCUS: Final = """() => {
    const all = [...document.querySelectorAll("a[href], button, summary, input:not([type=hidden]), select, textarea, [tabindex]")]
        .filter((each) => each.checkVisibility({ visibilityProperty: true }) && !each.disabled);
    const wrong = [];
    for (const each of all) {
        each.focus({ focusVisible: true });
        const name = `${each.tagName} "${(each.textContent || each.name || "").trim().slice(0, 30)}"`;
        if (document.activeElement !== each) { wrong.push(`${name} takes no focus`); continue; }
        const box = each.getBoundingClientRect();
        const rings = [null, "::after"].map((part) => getComputedStyle(each, part));
        if (!rings.some((ring) => ring.outlineStyle !== "none" && parseFloat(ring.outlineWidth) >= 2)) { wrong.push(`${name} does not show its focus`); }
        if (each.tabIndex > 0) { wrong.push(`${name} jumps the queue`); }
        if (box.right < 0 || box.left > innerWidth || box.width < 1) { wrong.push(`${name} has the focus out of sight`); }
    }
    document.activeElement.blur();
    return wrong;
}"""


def stumbles(frame, options="{}"):
    """What axe-core finds: rule, and where."""
    if not frame.evaluate("'axe' in window"):
        frame.evaluate(chromium.axe())
    found = json.loads(frame.evaluate(f"axe.run({options}).then(JSON.stringify)"))
    return [
        f"{rule['id']}: {node['target'][0]}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


def overflow(frame):
    """By how many pixels the page is wider than its place."""
    return frame.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )


def too_wide(frame):
    """The same as a complaint, with who sticks out."""
    if overflow(frame) <= 0:
        return []
    culprits = frame.evaluate(
        """() => [...document.body.querySelectorAll("*")].filter((each) => {
            const box = each.getBoundingClientRect();
            return box.width && (box.right > innerWidth + 1 || box.left < -1) && !each.closest(".skip, .unseen");
        }).slice(0, 3).map((each) => `${each.tagName}.${each.className}`)"""
    )
    return [f"is wider than the screen: {culprits}"]


class Weights:
    """What a page fetched, from an empty cache; counts from `begin` on."""

    def __init__(self, page):
        self.page = page
        self.answers, self.sizes = [], {}
        session = page.context.new_cdp_session(page)
        session.send("Network.setCacheDisabled", {"cacheDisabled": True})
        page.add_init_script(WATCH)
        page.on("response", lambda answer: self.answers.append(answer))

    def begin(self):
        self.answers.clear()

    def over(self, name=""):
        """Each budget that the page breaks. Ask before axe has looked at any page: it wakes up what is folded, with its fonts."""
        self.page.wait_for_load_state("networkidle")
        told = self.told()
        wrong = [
            f"{kind}: {told[kind]} bytes, at most {most}"
            for kind, most in LIMITS.items()
            if told.get(kind, 0) > most and (kind != "font" or name not in IN_EVERY_SCRIPT)
        ]
        if told["all"] > BYTES_MAX:
            wrong.append(f"{told['all']} bytes in all, at most {BYTES_MAX}")
        if told["requests"] > REQUESTS_MAX:
            names = [each.url.rsplit("/", 1)[-1] for each in self.answers]
            wrong.append(f"{told['requests']} requests, at most {REQUESTS_MAX}: {names}")
        if told["shift"] > SHIFT_MAX:
            wrong.append(f"moves by {told['shift']}, at most {SHIFT_MAX}")
        return wrong

    def told(self):
        """Bytes by kind and in all, requests, and by how much the page has moved."""
        told = {"all": 0, "requests": len(self.answers)}
        for answer in self.answers:
            kind, size = answer.request.resource_type, self._size(answer)
            told[kind] = told.get(kind, 0) + size
            told["all"] += size
        return told | {"shift": round(sum(self.page.evaluate("window.shifts")), 4)}

    def _size(self, answer):
        kind = answer.request.resource_type
        if kind == "document" or answer.url not in self.sizes:
            told, packed = (
                answer.headers.get("content-length"),
                "content-encoding" in answer.headers,
            )
            if kind in PACKED_BY_US and not (told and packed):
                size = len(gzip.compress(answer.body()))
            else:
                size = int(told) if told else len(answer.body())
            self.sizes[answer.url] = size
        return self.sizes[answer.url]


def looked_over(page):
    """What is wrong with the page that is open, at every size and in every light, without loading it again."""
    wrong = []

    def turn(**light):
        page.emulate_media(**light)
        page.evaluate("document.getAnimations().forEach((each) => each.finish())")

    def look(situation, *found):
        wrong.extend(f"{situation}: {each}" for some in found for each in some)

    page.set_viewport_size(PHONE)
    turn(color_scheme="light")
    look(
        "phone",
        stumbles(page),
        too_wide(page),
        page.evaluate(SMALL, TARGET_MIN),
        page.evaluate(UNSEEN_FOCUS),
    )
    turn(color_scheme="dark")
    look("phone, dark", stumbles(page, CONTRAST))
    page.set_viewport_size(DESK)
    look("desk, dark", stumbles(page), too_wide(page))
    turn(color_scheme="light")
    look("desk", stumbles(page, CONTRAST))
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    look("desk, letters twice as large", too_wide(page))
    page.evaluate("document.documentElement.style.fontSize = ''")
    page.set_viewport_size(NARROW)
    look("320 pixels", too_wide(page))
    turn(forced_colors="active", reduced_motion="reduce")
    look("forced colours", page.evaluate(UNSEEN_FOCUS))
    if page.evaluate("document.getAnimations().length"):
        look("less motion", ["something moves"])
    turn(forced_colors="none", reduced_motion="no-preference")
    return wrong  # fmt: skip
