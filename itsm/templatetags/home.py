"""What the cards of the home page print often, made in Python: templates take ten times as long."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.translation import gettext as _

from core.templatetags.portal import clockface

register = template.Library()


@register.filter
def running(clock: Any) -> Any:
    """A clock within a line; the page's script counts it on."""
    return format_html(
        '<span class="clock-inline" data-clocks data-now="{}"><span class="clock clock-{}"'
        ' data-state="{}" data-started="{}" data-target="{}" data-late="{}">'
        '<span class="clock-name">{}</span> <span class="clock-time">{}</span> '
        '<span class="clock-of">{}</span> <span class="clock-state">{}</span></span></span>',
        int(clock.now.timestamp()),
        clock.state,
        clock.state,
        int(clock.started_at.timestamp()),
        int(clock.target.within.total_seconds()),
        _("Running late"),
        clock.target.label,
        clockface(clock.elapsed),
        _("of %(target)s") % {"target": clockface(clock.target.within)},
        clock.state.label,
    )
