"""The Celery application. Its configuration lies in the settings, its work in each app's tasks."""

import os

from celery import Celery

from itsm.runtime import file_broker

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "itsm.settings")
file_broker.register()

app = Celery("itsm")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
