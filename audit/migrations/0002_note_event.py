"""The application notes events through this function and has no right on the outbox itself: it can
neither say that a row changed, nor when, nor as whom it was connected.
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
        )
    ]
