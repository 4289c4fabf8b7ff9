"""The people app. It tells the apps below who may see what they keep."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    name = "people"
    verbose_name = _("people")

    def ready(self) -> None:
        from audit.naming import name_actions
        from audit.querysets import AUDIENCES
        from core.palette import PALETTE
        from notifications.audience import AUDIENCE_CHECKS, READERS
        from people.audience import entries_for, findings_for, messages_for
        from people.confidential import checks
        from people.naming import TITLES
        from people.palette import (
            CALIBRATIONS,
            CERTIFICATIONS,
            PEOPLE,
            QUALITY_DISPUTES,
            QUALITY_REVIEWS,
            RUBRICS,
            TEAMS,
        )
        from people.personal_data import declare_personal_data
        from people.quality.audience import (
            may_see_calibration,
            may_see_dispute,
            may_see_draw,
            may_see_quality_review,
        )
        from people.services.break_glass import may_see_glass
        from people.services.certification_messages import may_see_certification
        from people.services.one_on_one_messages import may_see_record
        from people.services.review_messages import may_see_review
        from people.view_sharing import TEAM_VIEWS
        from records.querysets import FINDING_AUDIENCES
        from records.view_sharing import VIEW_SHARING

        name_actions(TITLES)
        AUDIENCES.register("people", entries_for)
        READERS.register("people", messages_for)
        checks.sealed_records_have_their_key  # noqa: B018 -- imported so that it is registered
        AUDIENCE_CHECKS.register("ACR", may_see_review)
        AUDIENCE_CHECKS.register("BRK", may_see_glass)
        AUDIENCE_CHECKS.register("CAL", may_see_calibration)
        AUDIENCE_CHECKS.register("CNF", may_see_record)
        AUDIENCE_CHECKS.register("CRT", may_see_certification)
        AUDIENCE_CHECKS.register("QDR", may_see_draw)
        AUDIENCE_CHECKS.register("QRV", may_see_quality_review)
        AUDIENCE_CHECKS.register("QDP", may_see_dispute)
        FINDING_AUDIENCES.register("people", findings_for)
        VIEW_SHARING.register("teams", TEAM_VIEWS)
        declare_personal_data()
        PALETTE.register("people.calibration", CALIBRATIONS)
        PALETTE.register("people.certification", CERTIFICATIONS)
        PALETTE.register("people.person", PEOPLE)
        PALETTE.register("people.rubric", RUBRICS)
        PALETTE.register("people.qualityreview", QUALITY_REVIEWS)
        PALETTE.register("people.qualitydispute", QUALITY_DISPUTES)
        PALETTE.register("people.team", TEAMS)
