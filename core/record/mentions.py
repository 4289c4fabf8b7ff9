"""Names in a text that call somebody: `@agent_l1`. Code and addresses call nobody."""

import re
from collections.abc import Iterable

from markdown_it import MarkdownIt
from markdown_it.token import Token

MOST = 20
MENTION = re.compile(r"(?<![\w@./-])@([a-z0-9][a-z0-9._-]{0,59})", re.IGNORECASE)
_PARSER = MarkdownIt("commonmark", {"html": False})


def mentioned_in(text: str) -> list[str]:
    """The usernames that a Markdown text mentions, each once, in order, at most twenty."""
    if "@" not in text:
        return []
    found: dict[str, None] = {}
    for words in _prose(_PARSER.parse(text.encode("utf-8", "replace").decode())):
        for match in MENTION.finditer(words):
            found.setdefault(match[1].rstrip("._-").lower())
    return list(found)[:MOST]


def _prose(tokens: Iterable[Token]) -> Iterable[str]:
    for token in tokens:
        for child in token.children or ():
            if child.type == "text":
                yield child.content
