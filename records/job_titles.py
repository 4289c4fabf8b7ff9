"""What people call the kinds of jobs. Whoever registers a kind registers its title as well."""

from audit.naming import ACTION_TITLES
from core.errors import Reason
from core.registry import Registry

JOB_TITLES: Registry[Reason] = Registry("title of a job kind")


def name_job(kind: str, title: Reason) -> None:
    """Give a kind its title, also where the ledger tells of it."""
    JOB_TITLES.register(kind, title)
    ACTION_TITLES.register(f"job.{kind}", title)


def title_of(kind: str) -> Reason:
    """The title of a kind; one that nobody has named keeps its code."""
    return dict(JOB_TITLES).get(kind, kind)
