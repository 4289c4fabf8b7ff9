"""Rules over all models, found by reflection: layers, triggers, pairs, scopes."""

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection

from audit.history import HistoryEntry
from core.querysets import ScopedQuerySet

LAYERS = settings.OUR_APPS  # from the lowest to the highest
OURS = [
    model
    for model in apps.get_models()
    if model._meta.app_label in LAYERS and not model._meta.proxy
]
RECORDS = [model for model in OURS if not issubclass(model, HistoryEntry)]

# Not tracked is what evidence does not name: raw events (their hash is kept), outboxes, leases,
# keys and what follows from tracked rows.
UNTRACKED = {
    "assets.AssetImportRow",
    "audit.LedgerEntry",
    "audit.LedgerEpoch",
    "audit.LedgerHead",
    "audit.OutboxEntry",
    "changes.ConflictCheck",
    "audit.SignedCheckpoint",
    "audit.SignerKey",
    "audit.SignerStatus",
    "changes.FreezeOccurrence",
    "changes.MaintenanceOccurrence",
    "people.FirstView",
    "notifications.DeliveryAttempt",
    "notifications.Message",
    "records.IdempotencyKey",
    "records.Job",
    "people.ApiToken",
    "people.CalendarKey",
    "people.OpenTime",
    "people.Presence",
    "people.RecordKey",
    "people.WallboardKey",
    "sla.FeedbackInvitation",
    "sla.Life",
    "sla.LifeClock",
    "sla.Segment",
    "integrations.Alert",
    "integrations.AlertEvent",
    "integrations.SourceKey",
}
# What the database refuses beside: rules that must hold whoever writes. What begins with “notes”
# tells the search for conflicts what was altered.
REFUSING = {
    "assets.Asset": {"notes_alteration"},
    "assets.Dependency": {"notes_service", "notes_asset"},
    "assets.Service": {"notes_alteration"},
    "assets.ServiceDependency": {"is_supplied_once"},
    "audit.LedgerEntry": {"append_only"},
    "audit.LedgerEpoch": {"append_only"},
    "audit.SignedCheckpoint": {"append_only"},
    "audit.SignerKey": {"keeps_its_range", "notes_each_change"},
    "evidence.CheckpointPublication": {"append_only"},
    "evidence.ControlFailure": {"stays_as_settled"},
    "evidence.WitnessReceipt": {"append_only"},
    "changes.AffectedClient": {"stays_as_frozen"},
    "changes.AffectedService": {"stays_as_frozen", "notes_alteration"},
    "changes.AgendaItem": {"stays_in_minutes"},
    "changes.Attendance": {"stays_in_minutes"},
    "changes.Change": {
        *("ends_confirmed", "keeps_its_approval", "keeps_out_of_freezes"),
        *("waits_for_conditions", "waits_for_its_conflicts", "notes_replanning"),
    },
    "changes.ChangeCommit": {"stays_as_frozen"},
    "changes.ChangeTask": {"is_no_approver", "notes_alteration"},
    "changes.ChangeTemplate": {"stays_as_approved"},
    "changes.ChangedAsset": {"stays_as_frozen", "notes_alteration"},
    "changes.ChecklistAnswer": {"stays_once_closed"},
    "changes.Condition": {"stays_as_set"},
    "changes.Conflict": {"is_accepted_from_outside"},
    "changes.ContentVersion": {"append_only"},
    "changes.ControlException": {"append_only"},
    "changes.Deployment": {"keeps_its_facts"},
    "changes.Dissent": {"append_only", "stays_in_minutes"},
    "changes.Finding": {"had_no_part"},
    "changes.FreezeException": {"spends_from_its_budget", "notes_alteration"},
    "changes.FreezeWindow": {"notes_alteration"},
    "changes.MaintainedService": {"notes_alteration"},
    "changes.MaintenanceWindow": {"notes_alteration"},
    "changes.Meeting": {"keeps_its_minutes"},
    "changes.Minutes": {"append_only"},
    "changes.RiskAssessment": {"append_only"},
    "changes.Vote": {"append_only", "counts_as_valid"},
    "audit.ErasureWarrant": {"needs_three_persons"},
    "audit.LegalHold": {"is_taken_back_once"},
    "people.GlassAccess": {"is_open_for_a_day"},
    "people.GlassApproval": {"is_opened_by_two_others"},
    "people.Calibration": {"goes_from_blind_to_closed"},
    "people.CalibrationPiece": {"is_chosen_at_the_start"},
    "people.CalibrationRater": {"rates_once"},
    "people.CalibrationRating": {"is_rated_blind"},
    "people.CoachingSession": {"goes_forward"},
    "people.Certification": {"stays_as_decided"},
    "people.Criterion": {"is_of_a_drafted_rubric"},
    "people.Rubric": {"stays_as_in_force"},
    "people.ExternalScore": {"append_only"},
    "people.QualityDispute": {"goes_forward"},
    "people.QualityDraw": {"append_only"},
    "people.QualityPlan": {"stays_with_its_team"},
    "people.QualityRating": {"is_of_an_open_review"},
    "people.QualityReview": {"stays_as_submitted"},
    "people.QualityReviewer": {"is_not_of_the_arbiter"},
    "people.ReviewedWork": {"is_revealed_once"},
    "incidents.ReviewedIncident": {"append_only"},
    "people.CertificationDocument": {"stays_with_its_certification"},
    "people.OneOnOne": {"stays_as_held"},
    "people.SealedEntry": {"is_written_by_participants"},
    "people.PrivacyApproval": {"append_only", "is_approved_by_another"},
    "people.ClosingDay": {"closes_ahead"},
    "people.WorkCalendar": {"stays_adopted"},
    "people.WorkWeek": {"stays_once_begun"},
    "people.AccessRemoval": {"removes_what_is_gone"},
    "people.AccessReview": {"stays_as_signed"},
    "people.AccessReviewItem": {"is_reviewed_by_another"},
    "people.User": {"notes_alteration"},
    "evidence.EvidencePack": {"stays_frozen"},
    "evidence.SamplePick": {"append_only"},
    "incidents.Problem": {"fix_is_linked"},
    "incidents.ProblemChange": {"keeps_the_fix"},
    "incidents.AccountAdjustment": {"is_checked_by_another", "stays_as_approved"},
    "incidents.Consultation": {"keeps_its_facts"},
    "incidents.Diagnosis": {"append_only"},
    "incidents.DiagnosisStep": {"steps_exist"},
    "incidents.GuideVersion": {"append_only"},
    "incidents.HelpRequest": {"keeps_its_facts"},
    "incidents.IncidentLink": {"keeps_families_trees"},
    "incidents.Merge": {"goes_to_what_stands"},
    "incidents.MonthlyScore": {"append_only"},
    "incidents.PromisedContact": {"keeps_its_facts"},
    "incidents.RequestLink": {"keeps_families_trees"},
    "incidents.VendorEscalation": {"keeps_its_facts"},
    "sla.AgreementTarget": {"stays_as_drafted"},
    "sla.AgreementVersion": {"stays_once_active"},
    "sla.ClockProfile": {"stays_once_in_force"},
    "sla.FeedbackAnswer": {"fits_its_question"},
    "sla.LifeEvent": {"keeps_what_was_told"},
    "sla.MonthlyStatement": {"append_only"},
    "vendors.Attestation": {"stays_as_reviewed"},
    "vendors.AttestationDocument": {"stays_with_its_attestation"},
    "vendors.AttestationException": {"stays_with_its_attestation"},
    "vendors.Contract": {"stays_as_submitted"},
    "vendors.ContractApproval": {"append_only"},
    "vendors.ContractClause": {"stays_with_its_contract"},
    "vendors.ContractPayment": {"stays_with_its_contract"},
    "vendors.ContractTerm": {"keeps_its_dates"},
    "vendors.Budget": {"stays_as_approved"},
    "vendors.CreditClaim": {"stays_as_sent"},
    "vendors.CreditClause": {"is_a_formula"},
    "vendors.CreditSegment": {"stays_with_its_claim"},
    "vendors.CreditSettlement": {"append_only", "comes_from_a_credit_note"},
    "vendors.ExitExercise": {"append_only", "is_of_an_approved_plan"},
    "vendors.ExitPlan": {"stays_as_planned"},
    "vendors.ExitStep": {"is_of_a_draft"},
    "vendors.FxRate": {"append_only"},
    "vendors.ScoreKpi": {"is_of_a_draft"},
    "vendors.ScoreLine": {"is_of_an_open_card"},
    "vendors.ScoreMark": {"is_of_an_open_card"},
    "vendors.ScoreModel": {"stays_as_put_in_force"},
    "vendors.Scorecard": {"stays_as_locked"},
    "vendors.ServiceReview": {"stays_as_closed"},
    "vendors.ReviewItem": {"is_of_a_moving_review"},
    "vendors.ReviewAttendee": {"is_of_a_moving_review"},
    "vendors.ReviewAction": {"stays_as_verified"},
    "vendors.ImprovementPlan": {"stays_as_agreed"},
    "vendors.Invoice": {"append_only"},
    "vendors.Saving": {"stays_as_verified"},
    "vendors.SpendEntry": {"append_only", "is_planned_in_draft"},
    "vendors.VarianceComment": {"append_only"},
    "vendors.DiligenceAnswer": {"stays_with_its_diligence"},
    "vendors.DiligenceDocument": {"stays_with_its_diligence"},
    "vendors.DueDiligence": {"stays_as_decided"},
    "vendors.MonitoringReview": {"append_only"},
    "vendors.Vendor": {"is_assessed_first"},
    "vendors.Obligation": {"stays_as_agreed"},
    "vendors.ObligationDocument": {"stays_with_its_task"},
    "vendors.ObligationTask": {"keeps_its_day"},
    "vendors.VendorSubcontractor": {"keeps_chains_open"},
    "vendors.RenewalAlternative": {"stays_with_its_decision"},
    "vendors.RenewalApproval": {"append_only", "is_by_another"},
    "vendors.RenewalDecision": {"stays_as_decided"},
    "vendors.RenewalFact": {"stays_with_its_decision"},
    "vendors.ResponsibilityDocument": {"is_of_a_draft"},
    "vendors.ResponsibilityLine": {"is_of_a_draft"},
    "vendors.ResponsibilityMatrix": {"stays_as_agreed"},
    "vendors.UserControl": {"stays_with_its_attestation"},
}
# Reached through their record only, which has the scope.
WITHOUT_SCOPE = {
    "people.CalibrationPiece",
    "people.CalibrationRater",
    "people.Criterion",
    "people.QualityReviewer",
    "incidents.ReviewedIncident",
    "people.FirstView",
    "people.TeamView",
    "audit.LedgerEpoch",
    "audit.ErasureWarrant",
    "audit.LedgerHead",
    "audit.LegalHold",
    "audit.OutboxEntry",
    "audit.SignedCheckpoint",
    "audit.SignerKey",
    "audit.SignerStatus",
    "changes.AffectedClient",
    "changes.AffectedService",
    "changes.ApprovalRound",
    "changes.BoardSeat",
    "changes.ChangeCommit",
    "changes.ChangeShare",
    "changes.ChangeWatcher",
    "changes.ChangedAsset",
    "changes.Elector",
    "changes.ConflictCheck",
    "changes.FrozenService",
    "changes.MaintainedService",
    "changes.PolicyStep",
    "changes.Vote",
    "evidence.AuditorGrant",
    "incidents.AffectedAsset",
    "incidents.Cascade",
    "incidents.Consultation",
    "incidents.Diagnosis",
    "incidents.DiagnosisStep",
    "incidents.GuideVersion",
    "incidents.HelpRequest",
    "incidents.IncidentLink",
    "incidents.IncidentShare",
    "incidents.IncidentWatcher",
    "incidents.ProblemChange",
    "incidents.ProblemIncident",
    "incidents.RequestIncident",
    "incidents.RequestLink",
    "incidents.RequestShare",
    "incidents.RequestWatcher",
    "incidents.TargetBreach",
    "incidents.Merge",
    "incidents.PromisedContact",
    "incidents.VendorEscalation",
    "integrations.Alert",
    "notifications.DeliveryAttempt",
    "notifications.Preference",
    "people.GlassApproval",
    "people.Participant",
    "people.Presence",
    "people.PrivacyApproval",
    "people.RecordKey",
    "records.IdempotencyKey",
    "sla.AgreementTarget",
    "sla.AgreementVersion",
    "sla.ClientContact",
    "sla.FiredThreshold",
    "sla.Entitlement",
    "sla.Life",
    "sla.LifeClock",
    "sla.LifeEvent",
    "sla.Mark",
    "sla.MonthlyStatement",
    "sla.PortfolioService",
    "sla.Segment",
    "vendors.ScoreKpi",
}


def label(model):
    return model._meta.label


@pytest.mark.parametrize("model", OURS, ids=label)
def test_foreign_keys_point_downwards(model):
    here = LAYERS.index(model._meta.app_label)
    upwards = [
        field.name
        for field in model._meta.get_fields()
        if field.concrete
        and field.is_relation
        and field.related_model._meta.label != settings.AUTH_USER_MODEL
        and field.related_model._meta.app_label in LAYERS
        and LAYERS.index(field.related_model._meta.app_label) > here
    ]
    assert upwards == []


def test_there_are_no_generic_foreign_keys():
    assert [label(m) for m in RECORDS if m._meta.private_fields] == []


def test_what_is_not_tracked_is_named():
    untracked = {label(m) for m in RECORDS if not hasattr(m, "history")}
    assert untracked == UNTRACKED


@pytest.mark.django_db
@pytest.mark.parametrize("model", [m for m in RECORDS if hasattr(m, "history")], ids=label)
def test_every_tracked_model_has_its_triggers_in_the_database_and_always_on(model):
    wanted = {"capture"} | ({"raise_version"} if hasattr(model, "version") else set())
    assert triggers_of(model) == wanted | REFUSING.get(label(model), set())
    assert triggers_of(model.history.model) == {"append_only"}


def triggers_of(model):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname, tgenabled FROM pg_trigger"
            " WHERE tgrelid = %s::regclass AND NOT tgisinternal",
            [model._meta.db_table],
        )
        rows = cursor.fetchall()
    ours = [(name, enabled) for name, enabled in rows if not name.endswith("notify")]
    assert {enabled for _, enabled in ours} == {"A"}
    return {name.removeprefix("pgtrigger_").rpartition("_")[0] for name, _ in ours}


@pytest.mark.parametrize("model", RECORDS, ids=label)
def test_moments_and_people_that_belong_together_are_constrained_together(model):
    """Where `x_at` and `x_by` both may be null, a constraint says that they are null together."""
    fields = {field.name: field for field in model._meta.concrete_fields}
    pairs = [
        name.removesuffix("_at")
        for name, field in fields.items()
        if name.endswith("_at")
        and field.null
        and (by := fields.get(name.removesuffix("_at") + "_by")) is not None
        and by.null
    ]
    constrained = {constraint.name for constraint in model._meta.constraints}
    assert [p for p in pairs if not any(f"{p}_pair" in name for name in constrained)] == []


def test_every_model_that_people_meet_has_a_row_scope():
    without = {
        label(m) for m in RECORDS if not isinstance(m._default_manager.all(), ScopedQuerySet)
    }
    assert without - {"people.User"} == WITHOUT_SCOPE


@pytest.mark.parametrize("model", RECORDS, ids=label)
def test_statuses_are_not_editable(model):
    for field in model._meta.concrete_fields:
        if field.name in ("status", "state") and field.choices:
            assert field.editable is False


@pytest.mark.parametrize("model", RECORDS, ids=label)
def test_models_say_what_a_row_is_and_do_not_save_themselves(model):
    assert model.__doc__
    assert not model.__doc__.startswith(f"{model.__name__}(")
    assert model.save.__module__.split(".")[0] not in LAYERS
