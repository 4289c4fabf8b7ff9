"""Two functions. The application notes events through the first and has no right on the outbox: it
can neither say that a row changed, nor when, nor as whom it was connected. The second folds the
entries of a row into what the row must be.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [
        migrations.RunSQL(
            """
            CREATE FUNCTION audit_note_event(kind text, key text, details jsonb, context jsonb)
            RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
            AS $$
                INSERT INTO audit_outboxentry (relation, operation, key, after, context)
                VALUES (left('event:' || kind, 100), 'E', left(key, 100), details, context)
            $$;
            REVOKE EXECUTE ON FUNCTION audit_note_event(text, text, jsonb, jsonb) FROM PUBLIC;
            """,
            "DROP FUNCTION audit_note_event(text, text, jsonb, jsonb)",
        ),
        migrations.RunSQL(
            """
            CREATE AGGREGATE audit_merged(jsonb) (
                sfunc = jsonb_concat, stype = jsonb, initcond = '{}', parallel = safe
            )
            """,
            "DROP AGGREGATE audit_merged(jsonb)",
        ),
    ]
