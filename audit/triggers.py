"""The SQL of the audit triggers: history rows, outbox rows, versions, append-only guards.

django-pgtrigger compiles these into migrations. Its own template is not used, because that one can
be switched off by a session setting; ours fires always, also under replication, and runs with
fixed settings so that the same value is always rendered as the same text.
"""

from typing import Any

import pgtrigger
from django.db import models
from pgtrigger import compiler
from pgtrigger.migrations import AddTrigger


def _keep_in_state(operation: Any, app_label: str, state: Any) -> None:
    options = state.models[app_label, operation.model_name.lower()].options
    options["triggers"] = [*options.get("triggers", []), operation.trigger]


# A trigger alters no model class, but the library renders the model and all that hang together with
# it anew for each: more than half of the time that migrating a new database takes.
AddTrigger.state_forwards = _keep_in_state

APPEND_ONLY_TEXT = "rows of % are append-only"


class AuditTriggerSql(compiler.UpsertTriggerSql):
    """Installs an audit trigger. Migrations refer to it: a new text means a new class."""

    def get_template(self) -> str:
        return """
            CREATE OR REPLACE FUNCTION {pgid}() RETURNS TRIGGER
            LANGUAGE plpgsql SECURITY DEFINER
            SET search_path = public, pg_temp
            SET "TimeZone" = 'UTC' SET "DateStyle" = 'ISO, YMD'
            SET "IntervalStyle" = 'iso_8601' SET extra_float_digits = 1
            AS $$
                {declare}
                BEGIN
                    {func}
                END;
            $$;

            DROP TRIGGER IF EXISTS {pgid} ON {table};
            CREATE TRIGGER {pgid} {when} {operation} ON {table}
                FOR EACH {level} {condition} EXECUTE FUNCTION {pgid}();
            ALTER TABLE {table} ENABLE ALWAYS TRIGGER {pgid};
            COMMENT ON TRIGGER {pgid} ON {table} IS '{hash}';
        """


class AuditTrigger(pgtrigger.Trigger):
    """A trigger that no session setting can skip."""

    def compile(self, model: type[models.Model]) -> compiler.Trigger:
        return compiler.Trigger(
            name=self.name,
            sql=AuditTriggerSql(
                pgid=self.get_pgid(model),
                declare=self.render_declare(model),
                func=self.render_func(model),
                table=model._meta.db_table,
                when=self.when,
                operation=self.operation,
                level=self.level,
                condition=self.render_condition(model),
            ),
        )


class AppendOnly(AuditTrigger):
    """Refuses UPDATE and DELETE; `except_role` names a database role that may delete."""

    name = "append_only"
    when = pgtrigger.Before
    operation = pgtrigger.Update | pgtrigger.Delete

    def __init__(self, *, except_role: str = "") -> None:
        self.except_role = except_role
        super().__init__()

    def get_func(self, model: type[models.Model]) -> str:
        refuse = f"RAISE EXCEPTION '{APPEND_ONLY_TEXT}', TG_TABLE_NAME USING ERRCODE = '42501';"
        if not self.except_role:
            return refuse
        return f"""
            IF TG_OP = 'DELETE' AND session_user = '{self.except_role}' THEN RETURN OLD; END IF;
            {refuse}
        """


class RaiseVersion(AuditTrigger):
    """Raises `version` by one with every real change, so that SQL edits count for If-Match too.

    A higher version given on purpose counts as a change: something that hangs on the row changed.
    """

    name = "raise_version"
    when = pgtrigger.Before
    operation = pgtrigger.Update

    def get_func(self, model: type[models.Model]) -> str:
        columns = [c for c in stored_columns(model) if c != "version"]
        return f"""
            IF NEW.version > OLD.version
                OR ({rows("OLD", columns)}) IS DISTINCT FROM ({rows("NEW", columns)})
            THEN
                NEW.version := OLD.version + 1;
            ELSE
                NEW.version := OLD.version;
            END IF;
            RETURN NEW;
        """


class Capture(AuditTrigger):
    """Writes the historical row and the outbox row of every change, in the same statement.

    Columns without history (generated ones, a password's hash) reach neither.
    """

    name = "capture"
    when = pgtrigger.After
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete
    declare = [
        ("ctx", "jsonb := nullif(current_setting('itsm.context', true), '')::jsonb"),
        ("row_", "record"),
        ("before_", "jsonb"),
        ("after_", "jsonb"),
        # Only those who tell the past say when it was; the outbox row has the true time.
        (
            "at_",
            "timestamptz := CASE WHEN ctx->>'channel' IN ('import', 'demo')"
            " THEN least((ctx->>'at')::timestamptz, clock_timestamp()) END",
        ),
    ]

    def __init__(self, *, history_model: Any, restricted: bool) -> None:
        self.history_table = history_model._meta.db_table
        self.columns = [field.column for field in history_model.tracked_fields]
        self.restricted = restricted
        super().__init__()

    def get_func(self, model: type[models.Model]) -> str:
        columns = self.columns
        names = ", ".join(f'"{column}"' for column in columns)
        pk = model._meta.pk.column
        untracked = {field.column for field in model._meta.concrete_fields} - set(columns)
        minus = f" - '{{{','.join(sorted(untracked))}}}'::text[]" if untracked else ""
        return f"""
            IF TG_OP = 'DELETE' THEN
                row_ := OLD; before_ := to_jsonb(OLD){minus};
            ELSIF TG_OP = 'INSERT' THEN
                row_ := NEW; after_ := to_jsonb(NEW){minus};
            ELSE
                SELECT jsonb_object_agg(o.key, o.value), jsonb_object_agg(n.key, n.value)
                  INTO before_, after_
                  FROM jsonb_each(to_jsonb(OLD){minus}) o
                  JOIN jsonb_each(to_jsonb(NEW){minus}) n USING (key)
                 WHERE o.value IS DISTINCT FROM n.value;
                IF before_ IS NULL THEN RETURN NULL; END IF;
                row_ := NEW;
            END IF;
            INSERT INTO {self.history_table} ({names}, history_date, history_type,
                history_user_id, history_change_reason, history_actor, history_action,
                history_channel, history_request, history_role)
            VALUES ({rows("row_", columns)}, coalesce(at_, clock_timestamp()),
                CASE TG_OP WHEN 'INSERT' THEN '+' WHEN 'UPDATE' THEN '~' ELSE '-' END,
                (ctx->>'actor')::bigint, ctx->>'reason', coalesce(ctx->>'name', ''),
                coalesce(ctx->>'action', ''), coalesce(ctx->>'channel', ''),
                coalesce(ctx->>'request', ''), session_user);
            INSERT INTO audit_outboxentry (relation, operation, key, before, after, context,
                restricted)
            VALUES (TG_TABLE_NAME, left(TG_OP, 1), row_."{pk}"::text, before_, after_, ctx,
                {str(self.restricted).lower()});
            RETURN NULL;
        """  # noqa: S608 -- names of our own tables and columns


def stored_columns(model: type[models.Model]) -> list[str]:
    """The columns that somebody writes: all but generated ones, which follow from the others."""
    return [f.column for f in model._meta.concrete_fields if not f.generated]


def rows(alias: str, columns: list[str]) -> str:
    """`alias."a", alias."b"` for the given columns."""
    return ", ".join(f'{alias}."{column}"' for column in columns)
