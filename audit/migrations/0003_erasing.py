"""The procedure that erases, and the table in which it keeps what is blocked."""

from django.db import migrations

from audit.erasing_sql import INSTALL, REMOVE


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_functions")]
    operations = [migrations.RunSQL(INSTALL, REMOVE)]
