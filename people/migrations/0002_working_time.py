"""Functions that count working time by the ranges of `OpenTime`, whose table comes after."""

from django.db import migrations

from people.working_time_sql import INSTALL, REMOVE


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]

    operations = [migrations.RunSQL(INSTALL, REMOVE)]
