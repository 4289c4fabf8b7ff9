"""What each database role may do with each table, asked of the server over its own connection."""

import psycopg
import pytest
from django.apps import apps
from django.db import connection

from audit.granting import differences, grant
from audit.models import OutboxEntry
from audit.roles import ROLES, connected_as, excess
from audit.services import record_event
from people.models import Team
from tests.architecture.test_models import REFUSING, UNTRACKED
from tests.cast import assemble_cast
from tests.ledger import seal_here
from tests.roles import connected

pytestmark = pytest.mark.django_db

VERBS = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")
READ, ADD, WRITE = {"SELECT"}, {"SELECT", "INSERT"}, {"SELECT", "INSERT", "UPDATE", "DELETE"}

# By role, what it may do with a kind of table. What does not stand here, nobody may.
MAY = {
    "itsm_app": {
        "business": WRITE,
        "written once": ADD,
        "no evidence": WRITE,
        "confidential": WRITE,
        "confidential history": READ,
        "history": READ,
        "audit_outboxentry": READ,
        "audit_ledgerentry": READ,
        "audit_ledgerhead": READ,
        "audit_signedcheckpoint": READ,
        "audit_erasurewarrant": ADD,
        "audit_legalhold": {"SELECT", "INSERT", "UPDATE"},
        "kept": READ,
        "code": READ,
    },
    "itsm_sealer": {
        "kept": READ,
        "audit_signedcheckpoint": READ,
        "audit_ledgerepoch": ADD,
        "audit_outboxentry": {"SELECT", "INSERT", "DELETE"},
        "audit_ledgerentry": ADD,
        "audit_ledgerhead": {"SELECT", "INSERT", "UPDATE"},
    },
    "itsm_signer": {
        "kept": READ,
        "audit_signerkey": {"SELECT", "INSERT", "UPDATE"},
        "audit_signerstatus": {"SELECT", "INSERT", "UPDATE"},
        "audit_ledgerentry": READ,
        "audit_ledgerhead": READ,
        "audit_signedcheckpoint": ADD,
    },
    "itsm_auditor": {
        "business": READ,
        "written once": READ,
        "history": READ,
        "audit_outboxentry": READ,
        "audit_ledgerentry": READ,
        "audit_ledgerhead": READ,
        "audit_signedcheckpoint": READ,
        "kept": READ,
        "code": READ,
    },
    "itsm_eraser": {},
}
CONFIDENTIAL = {
    *("people_coachingsession", "people_confidentialrecord"),
    *("people_glassaccess", "people_glassapproval"),
    *("people_oneonone", "people_oneononeseries", "people_participant", "people_sealedentry"),
}
LEDGER = {"audit_outboxentry", "audit_ledgerentry", "audit_ledgerhead", "audit_signedcheckpoint"}
CODE = {"django_migrations", "django_content_type", "auth_permission"}
NOT_OURS = {
    *("django_admin_log", "django_session", "itsm_cache", "auth_group", "auth_group_permissions"),
    *("account_emailaddress", "account_emailconfirmation"),
    *("guardian_userobjectpermission", "guardian_groupobjectpermission"),
}
# An auditor reads these, but no hash of a password and no digest of a token.
BY_COLUMN = {"people_user", "evidence_witness"}


def table_of(label):
    return apps.get_model(label)._meta.db_table


def kind_of(table):
    if table in LEDGER:
        return table
    if table in CODE:
        return "code"
    if table in CONFIDENTIAL:
        return "confidential"
    if table.replace("_historical", "_") in CONFIDENTIAL:
        return "confidential history"
    if "_historical" in table:
        return "history"
    if table in NOT_OURS | {table_of(label) for label in UNTRACKED}:
        return "kept" if table.startswith("audit_") else "no evidence"
    if table not in {model._meta.db_table for model in apps.get_models()}:
        return "of no model"
    once = {table_of(label) for label, names in REFUSING.items() if "append_only" in names}
    return "written once" if table in once else "business"


@pytest.fixture
def tables(database_roles):
    with connection.cursor() as cursor:
        return sorted(connection.introspection.table_names(cursor))


@pytest.mark.parametrize("role", ROLES)
def test_each_role_may_do_what_the_rule_says_with_every_table_and_nothing_else(role, tables):
    with connected(role) as own:
        has = {
            table: {
                verb
                for verb in VERBS
                if own.execute("SELECT has_table_privilege(%s, %s)", [table, verb]).fetchone()[0]
            }
            for table in tables
        }
    may = MAY[role]
    wanted = {table: may.get(table) or may.get(kind_of(table), set()) for table in tables}
    if role == "itsm_auditor":
        wanted |= {table: set() for table in BY_COLUMN}
    assert has == wanted


def test_an_auditor_reads_accounts_but_no_hash_of_a_password(database_roles):
    with connected("itsm_auditor") as own:
        assert own.execute("SELECT count(username) FROM people_user").fetchone()[0] > 0
        for column in ("password", "last_login", "*"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                own.execute(f"SELECT {column} FROM people_user")


FORBIDDEN = {
    "write history": "INSERT INTO people_historicalteam SELECT * FROM people_historicalteam",
    "note a change that was none": (
        "INSERT INTO audit_outboxentry (relation, operation, key) VALUES ('people_team', 'U', '1')"
    ),
    "empty a table": "TRUNCATE people_team CASCADE",
    "empty the outbox": "TRUNCATE audit_outboxentry",
    "switch a trigger off": "ALTER TABLE people_team DISABLE TRIGGER ALL",
    "pass for a replica": "SET session_replication_role = replica",
    "make a table": "CREATE TABLE x (id int)",
    "make a temporary table": "CREATE TEMPORARY TABLE x (id int)",
    "make a function": "CREATE FUNCTION x() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "change a function": "DROP FUNCTION audit_note_event(text, text, jsonb, jsonb)",
    "become the owner": "SET ROLE {owner}",
    "make a role": "CREATE ROLE x",
    "skip a number": "SELECT setval('audit_outboxentry_id_seq', 1)",
    "claim a migration": "DELETE FROM django_migrations",
}


def is_its_work(role, what):
    return role == "itsm_sealer" and what == "note a change that was none"


@pytest.mark.parametrize("what", list(FORBIDDEN))
@pytest.mark.parametrize("role", ROLES)
def test_no_role_can(role, what, database_roles):
    if is_its_work(role, what):
        return
    with connected(role) as own, pytest.raises(psycopg.errors.InsufficientPrivilege):
        own.execute(FORBIDDEN[what].format(owner=connection.settings_dict["USER"]))


@pytest.mark.django_db(transaction=True)
def test_the_application_writes_records_and_events_and_the_database_signs_them(database_roles):
    cast = assemble_cast()
    with connected_as("itsm_app"):
        assert excess() == ""
        Team.objects.filter(slug="core-platform").update(name="Renamed")
        record_event("probe", actor=cast.admin, key="k", detail="x")
        last = list(OutboxEntry.objects.order_by("-pk")[:2])
    assert [(entry.relation, entry.operation, entry.database_role) for entry in last] == [
        ("event:probe", "E", "itsm_app"),
        ("people_team", "U", "itsm_app"),
    ]
    assert last[0].after == {"detail": "x"}
    assert cast.core_platform.history.first().history_role == "itsm_app"


def test_events_are_noted_by_the_processes_alone(database_roles):
    with connected("itsm_auditor") as own, pytest.raises(psycopg.errors.InsufficientPrivilege):
        own.execute("SELECT audit_note_event('x', '', NULL, NULL)")


def test_the_auditor_proves_the_ledger_without_any_other_right(database_roles):
    record_event("probe")
    seal_here()
    with connected("itsm_auditor") as own:
        own.execute("SELECT count(envelope), count(secret) FROM audit_ledgerentry")


def test_what_was_granted_by_hand_is_taken_back(database_roles):
    with connection.cursor() as cursor:
        cursor.execute("GRANT ALL ON people_historicalteam TO itsm_app")
        cursor.execute("GRANT UPDATE (name) ON people_team TO itsm_auditor")
        cursor.execute("GRANT SELECT ON people_user TO PUBLIC")
        cursor.execute("REVOKE SELECT ON people_team FROM itsm_app")
    assert len(list(differences())) == 4
    grant()
    assert list(differences()) == []


def test_whoever_owns_the_tables_is_told_to_have_too_many_rights(db):
    assert connection.settings_dict["USER"] in excess()
