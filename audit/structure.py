"""Notes changes of the database's structure in the outbox, such as a trigger that is switched off.

Event triggers need a superuser, as the embedded server has one. They and their function lie in a
schema of the superuser's own, so that not even who owns the tables can switch them off. Elsewhere
reconciliation tells when triggers are not what they should be (`audit.drift`).
"""

from django.db import connection, transaction

from audit.context import Channel, acting

SCHEMA = "itsm_watch"
WATCHED = "event:structure.watched"

_FUNCTIONS = f"""
    CREATE SCHEMA {SCHEMA};
    CREATE FUNCTION {SCHEMA}.note_made() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $$
    BEGIN
        IF to_regclass('public.audit_outboxentry') IS NULL THEN RETURN; END IF;
        INSERT INTO public.audit_outboxentry (relation, operation, key, after, context)
        SELECT 'event:structure', 'E', left(coalesce(object_identity, ''), 100),
               jsonb_build_object('command', command_tag, 'kind', object_type,
                                  'object', object_identity,
                                  'statement', left(current_query(), 500)),
               nullif(current_setting('itsm.context', true), '')::jsonb
          FROM pg_event_trigger_ddl_commands()
         WHERE schema_name IS DISTINCT FROM 'pg_temp' AND NOT in_extension;
    END $$;
    CREATE FUNCTION {SCHEMA}.note_dropped() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $$
    BEGIN
        IF to_regclass('public.audit_outboxentry') IS NULL THEN RETURN; END IF;
        INSERT INTO public.audit_outboxentry (relation, operation, key, after, context)
        SELECT 'event:structure', 'E', left(object_identity, 100),
               jsonb_build_object('command', tg_tag, 'kind', object_type,
                                  'object', object_identity,
                                  'statement', left(current_query(), 500)),
               nullif(current_setting('itsm.context', true), '')::jsonb
          FROM pg_event_trigger_dropped_objects()
         WHERE original AND NOT is_temporary;
    END $$;
"""  # noqa: S608 -- a name of our own
_TRIGGERS = {
    "itsm_note_made": ("ddl_command_end", "note_made"),
    "itsm_note_dropped": ("sql_drop", "note_dropped"),
}
_STANDING = """
    SELECT count(*) FROM pg_event_trigger e
      JOIN pg_proc p ON p.oid = e.evtfoid JOIN pg_namespace n ON n.oid = p.pronamespace
     WHERE e.evtname = ANY(%s) AND e.evtenabled = 'A' AND n.nspname = %s
       AND n.nspowner IN (SELECT oid FROM pg_roles WHERE rolsuper)
"""
_NOTED = """
    SELECT EXISTS (SELECT FROM audit_ledgerentry WHERE relation = %(event)s AND operation = 'E')
        OR EXISTS (SELECT FROM audit_outboxentry WHERE relation = %(event)s)
"""


def watch() -> bool:
    """Have structure changes noted from now on; False where whoever is connected may not arrange
    that. Leaves a word in the ledger, so that it is known that they should be noted."""
    with transaction.atomic(), connection.cursor() as cursor:
        if _stands():
            return True
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        if not cursor.fetchone()[0]:
            return False
        cursor.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
        cursor.execute(_FUNCTIONS)
        for name, (moment, function) in _TRIGGERS.items():
            cursor.execute(
                f"CREATE EVENT TRIGGER {name} ON {moment} EXECUTE FUNCTION {SCHEMA}.{function}();"
                f"ALTER EVENT TRIGGER {name} ENABLE ALWAYS"
            )
        with acting(channel=Channel.COMMAND, action=WATCHED.removeprefix("event:")) as told:
            cursor.execute(
                "INSERT INTO audit_outboxentry (relation, operation, context) VALUES (%s, 'E', %s)",
                [WATCHED, told.as_json()],
            )
    return True


def watch_is_missing() -> str:
    """What is wrong where the ledger says that structure changes are noted, and they are not."""
    if _stands():
        return ""
    with connection.cursor() as cursor:
        cursor.execute(_NOTED, {"event": WATCHED})
        was_noted = cursor.fetchone()[0]
    return "changes of the structure are no longer noted" if was_noted else ""


def _stands() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_STANDING, [list(_TRIGGERS), SCHEMA])
        return bool(cursor.fetchone()[0] == len(_TRIGGERS))
