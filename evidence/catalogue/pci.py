"""PCI DSS 4.0.1: the requirements that this portal can speak to."""

from django.utils.translation import gettext_lazy as _

from evidence.catalogue.answers import (
    ACCESS,
    ACCESS_REPORTS,
    CHANGE_REPORTS,
    CHANGES,
    INCIDENT_REPORTS,
    INCIDENTS,
    INVENTORY,
    LOG,
    LOG_REPORTS,
    REVIEW_REPORTS,
    REVIEWS,
    VENDORS,
)
from evidence.controls import Control
from evidence.enums import Framework

PCI_DSS = (
    Control(
        "PCI-1.2.2",
        Framework.PCI_DSS,
        _("Changes of network controls"),
        _(
            "Changes of network connections and of rules of network security controls go "
            "through change control."
        ),
        populations=CHANGES,
        reports=CHANGE_REPORTS,
        lacking=_("The difference between the rule sets is an attachment, not a field of its own."),
    ),
    Control(
        "PCI-2.2.1",
        Framework.PCI_DSS,
        _("Configuration standards"),
        _(
            "Every kind of component has a standard for its configuration, and deviations "
            "are known."
        ),
        populations=INVENTORY,
        lacking=_("Configuration standards and their deviations are not kept here."),
    ),
    Control(
        "PCI-6.3.3",
        Framework.PCI_DSS,
        _("Patches within their time"),
        _(
            "Critical patches are installed within a month of their release, others within "
            "the time that was set."
        ),
        populations=("changes",),
        lacking=_(
            "Advisories and their release dates are not kept here: whether a patch came in "
            "time cannot be told."
        ),
    ),
    Control(
        "PCI-6.5.1",
        Framework.PCI_DSS,
        _("Change control"),
        _(
            "Changes of production are described with reason and security impact, approved "
            "by authorised people before, tested, and can be taken back."
        ),
        populations=CHANGES,
        reports=CHANGE_REPORTS,
        lacking=_(
            "The review of custom code against common attacks (6.2.4) is part of the test "
            "result, not a field of its own."
        ),
    ),
    Control(
        "PCI-6.5.2",
        Framework.PCI_DSS,
        _("Significant changes"),
        _(
            "After a significant change the applicable requirements are confirmed to be in "
            "place, and documents are updated."
        ),
        populations=("significant_changes",),
        reports=("unreviewed_changes",),
    ),
    Control(
        "PCI-6.5.3",
        Framework.PCI_DSS,
        _("Environments kept apart"),
        _("Pre-production is separated from production, by access control."),
        populations=("assets",),
        lacking=_("Who has access to which environment is decided outside this portal."),
    ),
    Control(
        "PCI-6.5.4",
        Framework.PCI_DSS,
        _("Roles kept apart"),
        _(
            "Whoever writes or asks for a change does not approve it, so that only what was "
            "reviewed and approved is deployed."
        ),
        populations=CHANGES,
        reports=(
            "approver_had_a_part",
            "controls_lifted",
            "lifted_for_long",
            "deployed_without_change",
        ),
    ),
    Control(
        "PCI-7.2.1",
        Framework.PCI_DSS,
        _("Access model"),
        _("Access follows from the job and the least that it needs."),
        populations=(
            "role_grants",
            "memberships",
        ),
        reports=ACCESS_REPORTS,
    ),
    Control(
        "PCI-7.2.2",
        Framework.PCI_DSS,
        _("Access by role"),
        _("Accounts have the privileges of their job, and no more."),
        populations=ACCESS,
        reports=ACCESS_REPORTS,
    ),
    Control(
        "PCI-7.2.3",
        Framework.PCI_DSS,
        _("Approved privileges"),
        _("Privileges are approved by authorised people."),
        populations=("role_grants",),
        reports=("auditors_not_removed",),
        lacking=_(
            "Who asked for a role before it was granted is part of the reason, not a record "
            "of its own."
        ),
    ),
    Control(
        "PCI-7.2.4",
        Framework.PCI_DSS,
        _("Review of accounts"),
        _(
            "All accounts and their privileges are reviewed at least every six months, and "
            "what is not needed is taken away."
        ),
        populations=(
            *REVIEWS,
            *ACCESS,
        ),
        reports=(
            *REVIEW_REPORTS,
            *ACCESS_REPORTS,
        ),
    ),
    Control(
        "PCI-7.2.5",
        Framework.PCI_DSS,
        _("Accounts of programs"),
        _("Accounts of applications and systems have the least that they need, and are reviewed."),
        populations=(
            "accounts",
            "api_tokens",
        ),
    ),
    Control(
        "PCI-8.2.1",
        Framework.PCI_DSS,
        _("Accounts of one person"),
        _("Every account belongs to one person, or is known to be a program's."),
        populations=("accounts",),
    ),
    Control(
        "PCI-8.2.4",
        Framework.PCI_DSS,
        _("Life of accounts"),
        _("Accounts are made, changed and disabled only with authorisation."),
        populations=(
            "accounts",
            "role_grants",
        ),
        reports=("leavers_disabled_late",),
    ),
    Control(
        "PCI-8.2.5",
        Framework.PCI_DSS,
        _("Leavers"),
        _("The access of people who leave ends at once."),
        populations=(
            "accounts",
            "memberships",
        ),
        reports=("leavers_disabled_late",),
        lacking=_("The staff list of the personnel department is compared by hand."),
    ),
    Control(
        "PCI-8.2.6",
        Framework.PCI_DSS,
        _("Unused accounts"),
        _("Accounts that nobody uses for 90 days are disabled."),
        populations=("accounts",),
        reports=("unused_accounts",),
    ),
    Control(
        "PCI-8.2.7",
        Framework.PCI_DSS,
        _("Access of third parties"),
        _("Access of third parties is open only while it is needed, and watched."),
        populations=(
            "role_grants",
            "exports",
        ),
        reports=("auditors_not_removed",),
    ),
    Control(
        "PCI-8.3.4",
        Framework.PCI_DSS,
        _("Refused sign-ins"),
        _("Accounts are locked after repeated wrong attempts."),
        populations=("sign_ins",),
    ),
    Control(
        "PCI-8.6.3",
        Framework.PCI_DSS,
        _("Keys of programs"),
        _("Keys and passwords of programs are protected and changed."),
        populations=("api_tokens",),
    ),
    Control(
        "PCI-10.2.1",
        Framework.PCI_DSS,
        _("What is logged"),
        _(
            "Access, administration, failed attempts, changes of accounts, and start and "
            "stop of logging are logged."
        ),
        populations=LOG,
        reports=(
            "unsigned_writes",
            "deleted_records",
        ),
    ),
    Control(
        "PCI-10.2.2",
        Framework.PCI_DSS,
        _("What a log entry tells"),
        _("Each entry tells who, what, when, whether it succeeded, from where, and about what."),
        populations=(
            "sign_ins",
            "exports",
            "unsigned_writes",
        ),
        reports=("unsigned_writes",),
    ),
    Control(
        "PCI-10.3.2",
        Framework.PCI_DSS,
        _("Logs that nobody alters"),
        _("Logs are protected from alteration by individuals."),
        populations=(
            "checkpoints",
            "unsigned_writes",
        ),
        reports=LOG_REPORTS,
    ),
    Control(
        "PCI-10.3.4",
        Framework.PCI_DSS,
        _("Alterations are noticed"),
        _("What alters existing log data raises an alert."),
        populations=("checkpoints",),
        reports=(
            "sealing_gaps",
            "deleted_records",
        ),
    ),
    Control(
        "PCI-10.4.1",
        Framework.PCI_DSS,
        _("Logs are reviewed"),
        _("Logs of security events are reviewed daily, by machine."),
        populations=(
            "sign_ins",
            "unsigned_writes",
        ),
        reports=("unsigned_writes",),
        lacking=_("A signed record of the daily review is not made yet."),
    ),
    Control(
        "PCI-10.5.1",
        Framework.PCI_DSS,
        _("Logs are kept"),
        _("Logs are kept for a year, of which three months at hand."),
        populations=("checkpoints",),
    ),
    Control(
        "PCI-10.6.1",
        Framework.PCI_DSS,
        _("Clocks agree"),
        _("Clocks are synchronised."),
        populations=("checkpoints",),
        reports=("clock_jumps",),
    ),
    Control(
        "PCI-10.7.2",
        Framework.PCI_DSS,
        _("Failures of controls"),
        _("Failures of critical security controls are noticed at once and dealt with."),
        populations=("checkpoints",),
        reports=("sealing_gaps",),
    ),
    Control(
        "PCI-12.3.4",
        Framework.PCI_DSS,
        _("Outdated technology"),
        _("Hardware and software are reviewed every year: what is no longer supported has a plan."),
        populations=("assets",),
        reports=("outdated_assets",),
    ),
    Control(
        "PCI-12.5.1",
        Framework.PCI_DSS,
        _("Inventory"),
        _("There is a current inventory of the components in scope, with what each is for."),
        populations=INVENTORY,
        reports=("outdated_assets",),
        lacking=_(
            "No second source is read in: compare with the lists of cloud and network by hand."
        ),
    ),
    Control(
        "PCI-12.8.1",
        Framework.PCI_DSS,
        _("List of providers"),
        _("All third-party service providers are listed, with what each does."),
        populations=VENDORS,
        lacking=_("Whether the list is complete is compared with what accounting pays."),
    ),
    Control(
        "PCI-12.8.2",
        Framework.PCI_DSS,
        _("Agreements with providers"),
        _("Providers acknowledge in writing that they answer for the security of card data."),
        populations=("vendor_contracts", "vendor_obligations", *VENDORS),
        reports=("obligations_missed",),
    ),
    Control(
        "PCI-12.8.3",
        Framework.PCI_DSS,
        _("Due diligence"),
        _("Providers are looked at before they are engaged."),
        populations=("due_diligences", *VENDORS),
        reports=("vendors_not_assessed",),
    ),
    Control(
        "PCI-12.8.4",
        Framework.PCI_DSS,
        _("Providers are monitored"),
        _("Whether providers comply is looked at every twelve months at least."),
        populations=("vendor_reviews", "vendor_attestations", "vendor_service_reviews", *VENDORS),
        reports=("vendor_reviews_overdue", "attestations_not_current"),
    ),
    Control(
        "PCI-12.8.5",
        Framework.PCI_DSS,
        _("Who answers for what"),
        _("It is known which requirements each provider answers for, and which are ours."),
        populations=("responsibility_matrices", *VENDORS),
    ),
    Control(
        "PCI-12.10.1",
        Framework.PCI_DSS,
        _("Response to incidents"),
        _("Suspected and confirmed security incidents are responded to at once, by a plan."),
        populations=INCIDENTS,
        reports=INCIDENT_REPORTS,
        lacking=_("The plan itself is not kept here."),
    ),
    Control(
        "PCI-12.10.5",
        Framework.PCI_DSS,
        _("Alerts lead to incidents"),
        _("Alerts of the security tools are watched and responded to."),
        populations=INCIDENTS,
        reports=INCIDENT_REPORTS,
    ),
    Control(
        "PCI-12.10.6",
        Framework.PCI_DSS,
        _("Lessons learned"),
        _("The response is improved by what incidents taught."),
        populations=INCIDENTS,
        reports=("incidents_without_cause",),
        lacking=_("Problems and their actions are not kept yet."),
    ),
)
