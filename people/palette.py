"""How the search over everything finds people, by name or username, and teams."""

from typing import Any

from core.palette import RecordSource, in_names
from people.models import (
    Calibration,
    Certification,
    Person,
    QualityDispute,
    QualityReview,
    Rubric,
    Team,
    User,
)


def _people(rows: Any, words: tuple[str, ...]) -> Any:
    """By the person's names, or by the username of one of their accounts."""
    accounts = in_names(User.objects.filter(person__isnull=False), words, ("username",))
    found = in_names(rows, words, ("full_name", "employee_number"))
    return rows.filter(pk__in=found.order_by().values("pk").union(accounts.values("person")))


PEOPLE = RecordSource(
    model=Person,
    icon="badge",
    search=_people,
    prepare=lambda rows: rows.select_related("subsidiary"),
    detail=lambda person: f"{person.employee_number} · {person.subsidiary}".strip(" ·"),
)
TEAMS = RecordSource(
    model=Team,
    icon="groups",
    search=lambda rows, words: in_names(rows, words, ("slug", "name")),
    detail=lambda team: f"{team.slug} · {team.get_country_display()}",
)
CERTIFICATIONS = RecordSource(
    model=Certification,
    icon="verified",
    prefix="CRT",
    search=lambda rows, words: in_names(rows, words, ("name", "holder__full_name")),
    prepare=lambda rows: rows.select_related("holder"),
    title=lambda one: f"{one.name} · {one.holder.full_name}",
    detail=lambda one: str(one.get_status_display()),
)
RUBRICS = RecordSource(
    model=Rubric,
    icon="rule",
    prefix="RUB",
    search=lambda rows, words: in_names(rows, words, ("key", "title_en", "title_es")),
    title=lambda one: f"{one.title} · {one.number}",
    detail=lambda one: str(one.get_status_display()),
)
CALIBRATIONS = RecordSource(
    model=Calibration,
    icon="swap_horiz",
    prefix="CAL",
    search=lambda rows, words: in_names(rows, words, ("plan__title",)),
    prepare=lambda rows: rows.select_related("plan"),
    title=lambda one: one.plan.title,
    detail=lambda one: str(one.get_status_display()),
)
QUALITY_REVIEWS = RecordSource(
    model=QualityReview,
    icon="task_alt",
    prefix="QRV",
    search=lambda rows, words: in_names(rows, words, ("work__reference",)),
    prepare=lambda rows: rows.select_related("work__person"),
    title=lambda one: f"{one.work.reference} · {one.work.person.full_name}",
    detail=lambda one: str(one.get_status_display()),
)
QUALITY_DISPUTES = RecordSource(
    model=QualityDispute,
    icon="gavel",
    prefix="QDP",
    search=lambda rows, words: in_names(rows, words, ("rating__review__work__reference",)),
    prepare=lambda rows: rows.select_related("rating__review__work", "rating__criterion"),
    title=lambda one: f"{one.rating.review.work.reference} · {one.rating.criterion.title}",
    detail=lambda one: str(one.get_status_display()),
)
