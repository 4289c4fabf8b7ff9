"""Markdown to safe HTML, the same for admin, e-mail and API preview. No raw HTML, no images."""

import nh3
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

__all__ = ["render_markdown"]

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


def render_markdown(text: str) -> SafeString:
    """HTML of an allow-list of tags; lone surrogates become question marks."""
    text = text.encode("utf-8", "replace").decode()
    if len(text) > LONGEST:
        return mark_safe(f"<pre>{escape(text)}</pre>")  # noqa: S308 -- escaped just here
    return mark_safe(_CLEANER.clean(_MARKDOWN.render(text)))  # noqa: S308 -- cleaned just here
