"""Takes a picture of every page of a running demo: `make screenshots`. No test.

`SHEET` is the table: a line for each page, with those who look at it. Each is taken in both
languages, light and dark, on a desk and on a phone, into `var/screenshots/` with an `index.html`
that shows them side by side. `DOCUMENTATION` says which pictures `docs/images/` gets.
"""

import html
import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.journeys.conftest import CHROMIUM
from tests.journeys.pictures import with_palette

SITE = os.environ.get("ITSM_SITE_URL", f"http://localhost:{os.environ.get('PORT') or 8000}")
ROOT = Path(__file__).parents[2]
IMAGES = ROOT / "docs" / "images"
SHOTS = Path(os.environ.get("ITSM_VAR_DIR", ROOT / "var")) / "screenshots"
TIME = 240  # seconds for taking them; making the documentation's small comes on top
LANGUAGES = ("en", "es-mx")
THEMES = ("light", "dark")
DESKTOP, PHONE = (1440, 900), (390, 844)
LONGEST = 2600  # pixels of a phone's page


def _keys(*pressed: str) -> Callable[[Page], None]:
    def press(page: Page) -> None:
        for key in pressed:
            if len(key) > 1 and not key.startswith(("Control", "Arrow")):
                page.keyboard.type(key)
            else:
                page.keyboard.press(key)
        page.wait_for_timeout(700)

    return press


def _click(what: str) -> Callable[[Page], None]:
    def click(page: Page) -> None:
        page.locator(what).first.click()
        page.wait_for_timeout(400)

    return click


@dataclass(frozen=True)
class Shot:
    """One page as some people see it. `at` is its address; `first of LIST` opens a list's first
    record. `do` is what is pressed before the picture; `guide` leaves the first steps open."""

    name: str
    at: str
    who: tuple[str, ...] = ("agent_l1",)
    do: Callable[[Page], None] | None = None
    guide: bool = False


INCIDENTS = "/incidents/incident/"
CHANGES = "/changes/change/"
EVERYBODY = (
    *("agent_l1", "team_lead", "service_manager", "requester", "approver", "vendor_manager"),
    *("finance", "hr_partner", "auditor", "admin", "security_admin", "norole"),
)
SHEET = (
    Shot("sign-in", "/accounts/login/", ("",)),
    Shot("first-steps", "/", ("agent_l2",), guide=True),
    Shot("home", "/", EVERYBODY),
    Shot("incidents", INCIDENTS, ("agent_l1", "outsider")),
    Shot("incident", f"first of {INCIDENTS}", ("agent_l1", "auditor")),
    Shot("incident-resolve", f"first of {INCIDENTS}", do=_click('[href*="/action/resolve/"]')),
    Shot("incident-edit", f"first of {INCIDENTS}", do=_click('a[href="?edit=1"]')),
    Shot("incident-new", f"{INCIDENTS}add/"),
    Shot("changes", CHANGES, ("requester", "approver")),
    Shot("change", f"{CHANGES}50/change/", ("approver",)),
    Shot("change-new", f"{CHANGES}add/", ("requester",)),
    Shot("boards", "/changes/board/", ("approver",)),
    Shot("search", "/", do=_keys("Control+k", "spei")),
    Shot("keys", INCIDENTS, do=_keys("?")),
    Shot("account-menu", "/", do=_click(".user-menu > summary")),
    Shot("account", "/account/"),
    Shot("roles", "/people/roles/", ("auditor",)),
    Shot("services", "/assets/service/"),
    Shot("service", "/assets/service/1/change/"),
    Shot("assets", "/assets/asset/"),
    Shot("asset", "/assets/asset/1/change/"),
    Shot("vendors", "/vendors/vendor/", ("vendor_manager",)),
    Shot("accounts", "/people/user/", ("security_admin",)),
    Shot("jobs", "/records/job/", ("admin",)),
    Shot("audit-trail", "/audit/ledgerentry/", ("auditor",)),
    Shot("not-found", "/nowhere/"),
)
# By name, which of the pictures above; the phone's speaks Spanish in the dark.
DOCUMENTATION = {
    "home": ("home", "agent_l1", "en", "light", DESKTOP),
    "incident": ("incident", "agent_l1", "en", "light", DESKTOP),
    "change": ("change", "approver", "en", "light", DESKTOP),
    "list": ("incidents", "agent_l1", "en", "light", DESKTOP),
    "search": ("search", "agent_l1", "en", "light", DESKTOP),
    "telefono": ("incidents", "agent_l1", "es-mx", "dark", PHONE),
}

type Key = tuple[str, str, str, str, tuple[int, int]]


@dataclass
class Sheet:
    """What was taken, and what went wrong on the way."""

    taken: dict[Key, Path] = field(default_factory=dict)
    troubles: list[str] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)

    def is_late(self) -> bool:
        return time.monotonic() - self.began > TIME


def take() -> int:
    """Takes them all, writes the index and the documentation's pictures; 1 if something failed."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    for old in SHOTS.glob("*.png"):
        old.unlink()
    sheet = Sheet()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for who in dict.fromkeys(who for shot in SHEET for who in shot.who):
            for language in LANGUAGES:
                _visit(browser, sheet, who, language)
        browser.close()
    (SHOTS / "index.html").write_text(_index(sheet))
    _document(sheet)
    for trouble in sheet.troubles:
        sys.stdout.write(f"!  {trouble}\n")
    spent = time.monotonic() - sheet.began
    sys.stdout.write(f"{len(sheet.taken)} pictures in {spent:.0f} s: {SHOTS / 'index.html'}\n")
    return 1 if sheet.troubles else 0


def _visit(browser: Browser, sheet: Sheet, who: str, language: str) -> None:
    """One person in one language: every page is opened once and taken in four ways."""
    shots = [shot for shot in SHEET if who in shot.who]
    page = browser.new_context(locale=language, color_scheme="light").new_page()
    page.set_default_timeout(15_000)
    told = f"{who or 'nobody'}, {language}"
    page.on("pageerror", lambda error: sheet.troubles.append(f"{told}: {error}"))
    if who:
        _sign_in(page, who, language, keep_guide=any(shot.guide for shot in shots))
    for shot in shots:
        if sheet.is_late():
            sheet.troubles.append(f"{told}: no time left for {shot.name}")
            continue
        try:
            for key, picture in _pictures(page, shot, who, language):
                name = "_".join([shot.name, who or "nobody", language, key[3], str(key[4][0])])
                sheet.taken[key] = SHOTS / f"{name}.png"
                sheet.taken[key].write_bytes(picture)
        except Exception as error:  # one page that fails is told; the others are still taken
            sheet.troubles.append(f"{told}, {shot.name}: {str(error).splitlines()[0]}")
    if who and language != "en":
        _speak(page, "en")
    page.context.close()


def _pictures(page: Page, shot: Shot, who: str, language: str) -> Iterator[tuple[Key, bytes]]:
    """Four pictures of one visit: what changes with width and colours is a matter of CSS."""
    page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})
    _open(page, shot)
    for size in (DESKTOP, PHONE):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        for theme in THEMES:
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            page.wait_for_timeout(80)
            yield (shot.name, who, language, theme, size), _picture(page, size)


def _open(page: Page, shot: Shot) -> None:
    at = shot.at.removeprefix("first of ")
    page.goto(f"{SITE}{at}", wait_until="networkidle" if at == "/" else "load")
    if at != shot.at:
        link = page.locator(f'#content a[href^="{at}"][href*="/change/"]').first
        page.goto(f"{SITE}{link.get_attribute('href')}")
    if shot.do:
        shot.do(page)


def _picture(page: Page, size: tuple[int, int]) -> bytes:
    """What a desk shows at a glance; on a phone the page as far as one would scroll."""
    if size == DESKTOP or page.locator("dialog[open]").count():
        return page.screenshot()
    height = min(page.evaluate("document.documentElement.scrollHeight"), LONGEST)
    clip = {"x": 0, "y": 0, "width": size[0], "height": max(height, size[1])}
    return page.screenshot(full_page=True, clip=clip)


def _sign_in(page: Page, who: str, language: str, keep_guide: bool) -> None:
    page.goto(f"{SITE}/accounts/login/")
    page.fill("[name=login]", who)
    page.fill("[name=password]", "demo")
    page.locator("main button[type=submit]").click()
    page.wait_for_url(f"{SITE}/")
    _speak(page, language)
    closing = page.locator("[data-guide] form button")
    if closing.count() and not keep_guide:
        closing.click()
        page.wait_for_load_state()


def _speak(page: Page, language: str) -> None:
    page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})
    page.goto(SITE)
    if page.locator("html").get_attribute("lang") != language:
        page.locator(".user-menu > summary").click()
        page.locator(f'[data-command="language-{language}"]').click()
        page.locator(f"html[lang='{language}']").wait_for()


def _index(sheet: Sheet) -> str:
    """All pictures: a block for each page and person, in it the languages, colours and widths."""
    rows = []
    for name, who in dict.fromkeys((key[0], key[1]) for key in sheet.taken):
        pictures = "".join(
            f'<a href="{path.name}" title="{" · ".join(key[2:4])}"><img src="{path.name}" '
            f'loading="lazy" height="300" alt="{name}, {who}, {key[2]}, {key[3]}"></a>'
            for key, path in sheet.taken.items()
            if key[:2] == (name, who)
        )
        rows.append(f"<h2>{name} <small>{who or 'nobody'}</small></h2><p>{pictures}</p>")
    troubles = "".join(f"<li>{html.escape(trouble)}</li>" for trouble in sheet.troubles)
    style = (
        "body{font:14px system-ui;margin:24px}p{display:flex;gap:8px;overflow:auto}"
        "img{border:1px solid #ccc}"
    )
    return (
        f"<!DOCTYPE html><meta charset=utf-8><title>Contact sheet</title><style>{style}</style>"
        f"<ul>{troubles}</ul>{''.join(rows)}"
    )


def _document(sheet: Sheet) -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    for name, key in DOCUMENTATION.items():
        if key in sheet.taken:
            picture = with_palette(sheet.taken[key].read_bytes())
            (IMAGES / f"{name}.png").write_bytes(picture)
            sys.stdout.write(f"docs/images/{name}.png  {len(picture) // 1024} KB\n")


if __name__ == "__main__":
    if not CHROMIUM:
        sys.exit("no Chromium found; install it or name it in ITSM_CHROMIUM")
    sys.exit(take())
