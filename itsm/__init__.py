"""The composition root: settings, URLs, the admin site, the API router, Celery, the runtime."""
