"""What the shell's templates need: icons, the way back, the page's title, the demo accounts."""

from typing import Any

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _

register = template.Library()


@register.simple_tag
def icon(name: str, size: int = 20) -> SafeString:
    """A picture from the portal's own set; the words beside it say what it means."""
    return format_html(
        '<svg class="icon" width="{0}" height="{0}" aria-hidden="true" focusable="false">'
        '<use href="{1}#{2}"></use></svg>',
        size,
        static("itsm/icons.svg"),
        name,
    )


@register.simple_tag(takes_context=True)
def way_here(context: Any) -> dict[str, Any]:
    """The crumbs that lead to the page, as links, and what the page itself is called.

    A page may name its own `crumbs`; else its list and its record are known from the context.
    """
    record, original = context.get("record"), context.get("original")
    crumbs = context.get("crumbs")
    if crumbs is None:
        crumbs = []
        if context.get("list_url"):
            crumbs.append((_list_title(context), context["list_url"]))
        if record is not None and context.get("record_url") and not original:
            crumbs.append((getattr(record, "reference", "") or str(record), context["record_url"]))
    request = context.get("request")
    crumbs = [crumb for crumb in crumbs if request is None or crumb[1] != request.path]
    return {"crumbs": crumbs, "here": _name_of_page(context, original)}


@register.simple_tag(takes_context=True)
def page_title(context: Any) -> str:
    """What the browser's tab says: “INC-000042 Slow transfers · ITSM”."""
    site = str(context.get("site_title") or settings.SITE_NAME)
    original, header = context.get("original"), context.get("header") or {}
    if original:
        reference, title = header.get("reference") or "", str(header.get("title") or original)
        name = title if title.startswith(reference) else f"{reference} {title}"
    else:
        name = _name_of_page(context, original)
        reference = getattr(context.get("record"), "reference", "")
        if reference and reference not in name:
            name = f"{name}: {reference}"
    return f"{name} · {site}" if name else site


def _list_title(context: Any) -> str:
    opts = context.get("opts")
    return capfirst(str(context.get("list_title") or (opts and opts.verbose_name_plural) or ""))


def _name_of_page(context: Any, original: Any) -> str:
    if original:
        return str((context.get("header") or {}).get("reference") or original)
    if cl := context.get("cl"):
        named = getattr(cl.model_admin, "list_title", "") or context["opts"].verbose_name_plural
        return capfirst(str(named))
    return capfirst(str(context.get("title") or ""))


@register.simple_tag
def demo_accounts() -> dict[str, Any]:
    """Who a visitor of the demo may be, with the password of all; nobody anywhere else."""
    if not settings.DEMO:
        return {}
    from people.demo_cast import DEMO_PASSWORD, DEMO_PEOPLE
    from people.roles import Role

    places = [*Role, None]  # those who work first, administrators last
    people = sorted(DEMO_PEOPLE.items(), key=lambda entry: places.index(entry[1].role))
    return {
        "password": DEMO_PASSWORD,
        "people": [
            {
                "username": username,
                "name": person.full_name,
                "role": person.role.label if person.role else _("no role yet"),
            }
            for username, person in people
        ],
    }
