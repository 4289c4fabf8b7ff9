"""Markdown to safe HTML, the same for admin, e-mail and API preview. No raw HTML, no images."""

from collections.abc import Iterator
from functools import lru_cache

import nh3
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from core.record.mentions import MENTION

__all__ = ["render_markdown"]

REMEMBERED = 2_000  # characters; a longer text is rendered anew each time
LONGEST = 200_000  # characters; more is a log, and is shown as one
_TAGS = """
p br hr h1 h2 h3 h4 h5 h6 strong em s a code pre blockquote ul ol li
table thead tbody tr th td
"""
_MARKDOWN = (
    MarkdownIt("commonmark", {"html": False, "linkify": False})
    .enable(["table", "strikethrough"])
    .disable("image")
)
_CLEANER = nh3.Cleaner(
    tags=set(_TAGS.split()),
    attributes={"a": {"href", "title"}, "ol": {"start"}},
    url_schemes={"http", "https", "mailto"},
    link_rel="noopener noreferrer nofollow",
)


def _name_people(state: StateCore) -> None:
    """Makes the names that a text mentions stand out."""
    for token in state.tokens if state.env.get("has_mentions") else ():
        if token.children:
            token.children = [part for child in token.children for part in _split(child)]


def _split(token: Token) -> Iterator[Token]:
    if token.type != "text":
        yield token
        return
    end = 0
    for match in MENTION.finditer(token.content):
        yield Token("text", "", 0, content=token.content[end : match.start()])
        yield Token("strong_open", "strong", 1, markup="**")
        yield Token("text", "", 0, content=match[0])
        yield Token("strong_close", "strong", -1, markup="**")
        end = match.end()
    yield Token("text", "", 0, content=token.content[end:])


_MARKDOWN.core.ruler.push("people", _name_people)


def render_markdown(text: str, *, has_mentions: bool = False) -> SafeString:
    """HTML of an allow-list of tags; lone surrogates become question marks. Mentions of people
    stand out where somebody heard of them, as in comments."""
    if len(text) <= REMEMBERED:
        return _remembered(text, has_mentions)
    return _render(text, has_mentions)


def _render(text: str, has_mentions: bool) -> SafeString:
    text = text.encode("utf-8", "replace").decode()
    if len(text) > LONGEST:
        return mark_safe(f"<pre>{escape(text)}</pre>")  # noqa: S308 -- escaped just here
    env = {"has_mentions": has_mentions}
    return mark_safe(_CLEANER.clean(_MARKDOWN.render(text, env)))  # noqa: S308 -- cleaned just here


# A record's page shows thirty comments, and is opened again and again.
_remembered = lru_cache(maxsize=512)(_render)
