"""Every address under `/api/`: the resources of all apps, the schema and its page."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.urls import include, path, re_path
from django.utils.translation import gettext as _
from drf_spectacular.views import SpectacularAPIView
from drf_spectacular.views import SpectacularSwaggerSplitView as docs
from rest_framework.exceptions import NotFound
from rest_framework.routers import DefaultRouter
from rest_framework.views import APIView

from assets.api import AssetViewSet, HandOutViewSet, ServiceViewSet
from assets.supply.api import ServiceDependencyViewSet
from changes.api import ChangeViewSet
from changes.configuration_api import (
    AbsenceViewSet,
    ApprovalPolicyViewSet,
    BoardViewSet,
    ChangeTemplateViewSet,
)
from changes.control_api import ControlExceptionViewSet
from changes.deployment_api import DeploymentViewSet, FindingViewSet
from changes.freeze_api import FreezeWindowViewSet
from changes.maintenance_api import MaintenanceWindowViewSet
from changes.meeting_api import MeetingViewSet
from core.api.idempotency import ANSWER_STORES
from evidence.api import EvidencePackViewSet
from evidence.engagement_api import AuditRequestViewSet, ControlViewSet, EngagementViewSet
from evidence.failure_api import ControlFailureViewSet
from incidents.api import IncidentViewSet
from incidents.api_breaches import BreachReasonViewSet
from incidents.attachments import AttachmentViewSet
from incidents.guide_api import GuideViewSet
from incidents.intake_api import AdjustmentViewSet, PhoneCallViewSet
from incidents.limit_api import AdjustmentLimitViewSet
from incidents.problem_api import ProblemViewSet
from incidents.request_api import RequestViewSet
from incidents.score_api import TargetStepViewSet
from integrations.api import AlertEventViewSet, AlertSourceViewSet, AlertViewSet
from notifications.api import MessageViewSet, PreferenceViewSet
from people.api import TeamViewSet, UserViewSet
from people.calendar_api import WorkCalendarViewSet
from people.calibration.api import CalibrationViewSet
from people.coaching.api import CoachingViewSet
from people.growth.api import CertificationViewSet
from people.one_on_ones.api import OneOnOneViewSet
from people.privacy_api import PrivacyRequestViewSet
from people.quality.api import (
    ExternalScoreViewSet,
    QualityDisputeViewSet,
    QualityDrawViewSet,
    QualityPlanViewSet,
    QualityReviewViewSet,
)
from people.quality.rubric_api import RubricViewSet
from people.review_api import AccessReviewItemViewSet, AccessReviewViewSet
from people.view_api import SharedViewViewSet
from records import idempotency
from records.api import JobViewSet
from sla.agreement_api import AgreementViewSet
from sla.api import ClientViewSet
from sla.clock_profile_api import ClockProfileViewSet
from sla.feedback_api import FeedbackViewSet
from vendors.api import VendorViewSet
from vendors.attestations.api import AttestationViewSet
from vendors.contract_api import ContractViewSet
from vendors.credits.api import ClaimViewSet
from vendors.exit_plans.api import ExitPlanViewSet
from vendors.obligations.api import ObligationTaskViewSet, ObligationViewSet
from vendors.opex.api import BudgetViewSet, InvoiceViewSet, RateViewSet, SavingViewSet
from vendors.renewals.api import RenewalViewSet
from vendors.responsibilities.api import MatrixViewSet
from vendors.reviews.api import ServiceReviewViewSet
from vendors.scorecards.api import ScorecardViewSet, ScoreModelViewSet

ANSWER_STORES.register("default", idempotency)


class NoSuchAddress(APIView):
    """404 as a problem for whoever is signed in, 401 for everybody else."""

    schema = None

    def http_method_not_allowed(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        raise NotFound(None if request.path.endswith("/") else _("Addresses end with a slash."))


router = DefaultRouter()
router.include_format_suffixes = False
router.register("absences", AbsenceViewSet, "absence")
router.register("access-review-items", AccessReviewItemViewSet, "access-review-item")
router.register("account-adjustments", AdjustmentViewSet, "account-adjustment")
router.register("adjustment-limits", AdjustmentLimitViewSet, "adjustment-limit")
router.register("access-reviews", AccessReviewViewSet, "access-review")
router.register("agreements", AgreementViewSet, "agreement")
router.register("alert-events", AlertEventViewSet, "alert-event")
router.register("alert-sources", AlertSourceViewSet, "alert-source")
router.register("alerts", AlertViewSet, "alert")
router.register("approval-policies", ApprovalPolicyViewSet, "approval-policy")
router.register("assets", AssetViewSet, "asset")
router.register("attachments", AttachmentViewSet, "attachment")
router.register("audit-requests", AuditRequestViewSet, "audit-request")
router.register("boards", BoardViewSet, "board")
router.register("breach-reasons", BreachReasonViewSet, "breach-reason")
router.register("cab-meetings", MeetingViewSet, "cab-meeting")
router.register("certifications", CertificationViewSet, "certification")
router.register("rubrics", RubricViewSet, "rubric")
router.register("calibrations", CalibrationViewSet, "calibration")
router.register("quality-plans", QualityPlanViewSet, "qualityplan")
router.register("quality-draws", QualityDrawViewSet, "qualitydraw")
router.register("quality-reviews", QualityReviewViewSet, "qualityreview")
router.register("quality-disputes", QualityDisputeViewSet, "qualitydispute")
router.register("external-scores", ExternalScoreViewSet, "externalscore")
router.register("changes", ChangeViewSet, "change")
router.register("clients", ClientViewSet, "client")
router.register("clock-profiles", ClockProfileViewSet, "clock-profile")
router.register("control-exceptions", ControlExceptionViewSet, "control-exception")
router.register("control-failures", ControlFailureViewSet, "control-failure")
router.register("controls", ControlViewSet, "control")
router.register("diagnosis-checklists", GuideViewSet, "diagnosis-checklist")
router.register("deployments", DeploymentViewSet, "deployment")
router.register("engagements", EngagementViewSet, "engagement")
router.register("evidence-packs", EvidencePackViewSet, "evidence-pack")
router.register("feedback", FeedbackViewSet, "feedback")
router.register("findings", FindingViewSet, "finding")
router.register("freeze-windows", FreezeWindowViewSet, "freeze-window")
router.register("maintenance-windows", MaintenanceWindowViewSet, "maintenance-window")
router.register("hand-outs", HandOutViewSet, "hand-out")
router.register("incidents", IncidentViewSet, "incident")
router.register("jobs", JobViewSet, "job")
router.register("messages", MessageViewSet, "message")
router.register("one-on-ones", OneOnOneViewSet, "one-on-one")
router.register("coaching-sessions", CoachingViewSet, "coaching-session")
router.register("phone-calls", PhoneCallViewSet, "phone-call")
router.register("privacy-requests", PrivacyRequestViewSet, "privacy-request")
router.register("problems", ProblemViewSet, "problem")
router.register("requests", RequestViewSet, "request")
router.register("saved-views", SharedViewViewSet, "saved-view")
router.register("services", ServiceViewSet, "service")
router.register("standard-changes", ChangeTemplateViewSet, "standard-change")
router.register("mandate-targets", TargetStepViewSet, "mandate-target")
router.register("teams", TeamViewSet, "team")
router.register("users", UserViewSet, "user")
router.register("vendors", VendorViewSet, "vendor")
router.register("contracts", ContractViewSet, "contract")
router.register("budgets", BudgetViewSet, "budget")
router.register("invoices", InvoiceViewSet, "invoice")
router.register("credit-claims", ClaimViewSet, "credit-claim")
router.register("exchange-rates", RateViewSet, "exchange-rate")
router.register("savings", SavingViewSet, "saving")
router.register("service-reviews", ServiceReviewViewSet, "service-review")
router.register("scorecards", ScorecardViewSet, "scorecard")
router.register("score-models", ScoreModelViewSet, "scoremodel")
router.register("renewals", RenewalViewSet, "renewal")
router.register("exit-plans", ExitPlanViewSet, "exitplan")
router.register("service-dependencies", ServiceDependencyViewSet, "servicedependency")
router.register("attestations", AttestationViewSet, "attestation")
router.register("obligations", ObligationViewSet, "obligation")
router.register("obligation-tasks", ObligationTaskViewSet, "obligationtask")
router.register("responsibility-matrices", MatrixViewSet, "responsibilitymatrix")
router.register("working-calendars", WorkCalendarViewSet, "working-calendar")

own_preferences = PreferenceViewSet.as_view({"get": "list", "patch": "partial_update"})

urlpatterns = [
    path("api/v1/notification-preferences/", own_preferences, name="own-preferences"),
    path("api/v1/", include(router.urls)),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs/", login_required(docs.as_view(url_name="schema")), name="api-docs"),
    re_path(r"^api/", NoSuchAddress.as_view()),
]
