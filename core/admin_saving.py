"""How a record's form is stored: by services, and beside whatever others stored meanwhile."""

from typing import Any, ClassVar

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.admin_forms import SavesByService
from core.admin_pages import RecordPages
from core.errors import Stale
from core.record.conflicts import Clashing, base_of, changes_since
from core.record.once import is_first, result_of, sending_of

_TOO_OLD = _(
    "Somebody else changed this record while you were editing. Nothing was saved: "
    "open it again to see their changes, then enter yours."
)


class _SentTwice(Exception):
    """The same form was stored a moment ago."""


class SavesRecords(RecordPages):
    """`create_with(actor=…, **fields)` and `change_with(record, actor=…, **changes)` are services;
    without them nothing is added or changed."""

    create_with: ClassVar[Any] = None
    change_with: ClassVar[Any] = None
    # Fields that mean something together: two people who change one each must agree.
    coupled_fields: ClassVar[tuple[frozenset[str], ...]] = ()

    def save_by_service(self, request: HttpRequest, seen: Any, form: SavesByService) -> Any:
        """Store what the form says. Stale or Clashing where others were faster."""
        if seen is None:
            return self._create_once(request, form)
        if "version" not in form.fields:
            return self._change(request, seen, form.changes())
        version = form.cleaned_data["version"]
        if version == seen.version:
            try:
                return self._change(request, seen, form.changes(), version=version)
            except Stale:  # somebody was faster by a moment
                pass
        return self._save_over(request, seen, form, version)

    def _create_once(self, request: HttpRequest, form: SavesByService) -> Any:
        """A new record; the one that is there already where the same form was sent before."""
        given = {k: v for k, v in form.cleaned_data.items() if v not in (None, "")}
        sending = sending_of(request)
        if made_before := result_of(sending):
            return self.get_object(request, str(made_before))
        try:
            with transaction.atomic():
                made = type(self).create_with(actor=request.user, **given)
                if not is_first(sending, made.pk):
                    raise _SentTwice
        except _SentTwice:
            return self.get_object(request, str(result_of(sending)))
        return made

    def _change(self, request: Any, seen: Any, changes: dict[str, Any], **version: int) -> Any:
        if not changes:
            return seen  # the service locks and compares: a lock here would come before its own
        return type(self).change_with(seen, actor=request.user, **version, **changes) or seen

    def _save_over(
        self, request: HttpRequest, seen: Any, form: SavesByService, version: int
    ) -> Any:
        """Store what was changed since the version that the person read, over what the others made
        of it; where both changed the same, only after the person has chosen."""
        current = self.get_object(request, str(seen.pk))
        base = base_of(current, version) if hasattr(current, "history") else None
        if base is None:
            raise Stale(_TOO_OLD)
        mine, clashes = form.merged(base, current, self.coupled_fields)
        meanwhile = changes_since(current, version, request.user)
        has_been_shown = form.data.get("over") == str(current.version)
        keep = {clash.name: form.data.get(f"keep-{clash.name}") for clash in clashes}
        if clashes and not (has_been_shown and set(keep.values()) <= {"mine", "theirs"}):
            clashing = Clashing(meanwhile, clashes, mine)
            form.show_over(clashing, current)
            raise clashing
        changes = {name: value for name, value in mine.items() if keep.get(name) != "theirs"}
        try:
            saved = self._change(request, current, changes, version=current.version)
        except Stale as stale:
            raise Stale(_TOO_OLD) from stale
        vars(request)["meanwhile"] = meanwhile  # told once the form says that it is saved
        return saved

    # The service has written everything by now, history included.
    def save_form(self, request: Any, form: Any, change: bool) -> Any:
        return form.record

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None: ...

    def save_related(self, request: Any, form: Any, formsets: Any, change: bool) -> None: ...

    def construct_change_message(self, *args: Any, **kwargs: Any) -> str:
        return ""

    def log_addition(self, *args: Any) -> None: ...

    def log_change(self, *args: Any) -> None: ...

    def response_add(self, request: Any, obj: Any, post_url_continue: Any = None) -> HttpResponse:
        messages.success(request, gettext("%(record)s was added.") % {"record": obj})
        return self._to(obj)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        messages.success(request, gettext("Your changes were saved."))
        if (meanwhile := getattr(request, "meanwhile", None)) is not None:
            changed = "; ".join(change.text for change in meanwhile.changes)
            values = {"who": meanwhile.who, "changes": changed or gettext("parts of it")}
            text = gettext("Meanwhile %(who)s changed this too: %(changes)s.")
            messages.info(request, text % values)
        return self._to(obj)

    def _to(self, record: Any) -> HttpResponse:
        """The record's page; what follows the # tells it to forget the draft."""
        return HttpResponseRedirect(self.url_of(record) + ("#saved" if self.keeps_drafts else ""))
