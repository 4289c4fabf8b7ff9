"""Every kind of job has a title: no page shows people a code."""

from records.job_titles import JOB_TITLES
from records.jobs import JOB_KINDS


def test_every_kind_of_job_has_a_title():
    kinds = {kind for kind, _function in JOB_KINDS if not kind.startswith("tests.")}
    assert kinds == {kind for kind, _title in JOB_TITLES}
    assert kinds
