"""A real Chromium against a live server. Without one the journeys are skipped, and say so."""

import os
import shutil

import pytest

CHROMIUM = os.environ.get("ITSM_CHROMIUM") or next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), ""
)


@pytest.fixture(scope="module")
def chromium():
    """The browser, started once for a file.

    Playwright keeps an event loop in this thread, which Django would take for asynchronous code.
    """
    if not CHROMIUM:
        pytest.skip("no Chromium found; install it or name it in ITSM_CHROMIUM")
    from playwright.sync_api import sync_playwright

    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            yield browser
            browser.close()
    finally:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def visit(chromium, live_server, transactional_db):
    """`visit("agent_l1")`: a page of a browser in which that person has signed in by the form.

    Fails when the page's scripts fail, or when the page loads anything from elsewhere.
    """
    from tests.cast import assemble_cast

    assemble_cast()
    contexts, troubles = [], []

    def open_page(username="", width=1360, **options):
        context = chromium.new_context(viewport={"width": width, "height": 844}, **options)
        context.set_default_timeout(20_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on(
            "console",
            lambda said: troubles.append(said.text) if "Content Security" in said.text else None,
        )
        page.on(
            "request",
            lambda asked: (
                None
                if asked.url.startswith((live_server.url, "data:", "about:"))
                else troubles.append(asked.url)
            ),
        )
        page.goto(f"{live_server.url}/accounts/login/")
        if username:
            page.fill("[name=login]", username)
            page.fill("[name=password]", "demo")
            page.click("button[type=submit]")
            page.wait_for_url(f"{live_server.url}/")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert troubles == []
