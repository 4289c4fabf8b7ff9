"""Lets the planner know more words of the incidents, so that it sees how rare a rare one is."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("incidents", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE incidents_incident ALTER COLUMN search SET STATISTICS 1000",
            "ALTER TABLE incidents_incident ALTER COLUMN search SET STATISTICS -1",
        )
    ]
