"""The one settings file, read top to bottom. The environment is read here and nowhere else."""

from datetime import timedelta
from pathlib import Path

import environ
from csp.constants import NONE, SELF, UNSAFE_INLINE
from django.urls import reverse_lazy

from itsm.enum_names import ENUM_NAMES
from itsm.logs import LOGGING as LOGGING
from itsm.logs import configure_structlog
from itsm.runtime.places import database_url
from itsm.schedule import beat_schedule

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

# --- What kind of place this is ----------------------------------------------------------------

DEBUG = env.bool("ITSM_DEBUG", default=False)  # error pages for developers
DEMO = env.bool("ITSM_DEMO", default=False)  # known passwords, on loopback only
DEMO_ANYWHERE = env.bool("ITSM_DEMO_ALLOW_REMOTE", default=False)  # demo mode also elsewhere
DEMO_LIVE = env.bool("ITSM_DEMO_LIVE", default=False)  # alerts come and go while one looks
ENVIRONMENT = env.str("ITSM_ENVIRONMENT", default="demo" if DEMO else "production")  # the badge
SITE_NAME = env.str("ITSM_SITE_NAME", default="ITSM")  # what the portal calls itself
VAR_DIR = Path(env.str("ITSM_VAR_DIR", default=str(BASE_DIR / "var")))  # all that a run writes

SECRET_KEY = env.str("SECRET_KEY", default="")  # itsm.E001 refuses to start without one
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])  # former keys, while rotating
# Names under which browsers reach the portal.
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
SITE_URL = env.str("ITSM_SITE_URL", default="http://localhost:8000")  # for links in e-mails
# Keys of confidential records, base64 of 32 bytes: the first one wraps, the others still open.
PEOPLE_KEYS = env.list("ITSM_PEOPLE_KEY", default=[])
HTTPS = env.bool("ITSM_HTTPS", default=not (DEBUG or DEMO))  # secure cookies, redirects, HSTS

# --- Apps --------------------------------------------------------------------------------------

OUR_APPS = [
    "core",
    "audit",
    "notifications",
    "records",
    "people",
    "evidence",
    "vendors",
    "assets",
    "sla",
    "changes",
    "incidents",
    "integrations",
]

INSTALLED_APPS = [
    "itsm",
    *OUR_APPS,
    "unfold.apps.BasicAppConfig",
    "itsm.apps.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "pgtrigger",
    "simple_history",
    "guardian",
    "allauth",
    "allauth.account",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "csp",
    "django_prometheus",
    "django_structlog",
]

MIDDLEWARE = [
    "audit.middleware.RequestContext",  # first: the request's id must be there for all others
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "people.middleware.PreferredLocale",
    "itsm.uploads.BodyLimit",
    "django.contrib.messages.middleware.MessageMiddleware",
    "people.middleware.SessionLimits",
    "itsm.counts.NotesWhoActed",
    "evidence.middleware.NotesWhatAuditorsOpen",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

ROOT_URLCONF = "itsm.urls"
WSGI_APPLICATION = "itsm.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "itsm" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# --- Database, cache, files --------------------------------------------------------------------

DATABASES = {
    "default": {
        **env.db_url("DATABASE_URL", default=database_url(VAR_DIR)),  # PostgreSQL 15+
        "CONN_MAX_AGE": env.int("ITSM_DB_CONN_MAX_AGE", default=600),  # seconds
        "CONN_HEALTH_CHECKS": True,
    }
}

# /readyz fails where the portal could rewrite its own history.
STRICT_RIGHTS = env.bool("ITSM_STRICT_RIGHTS", default=False)
# Sign-in limits must hold over all web processes, so the default cache is a table. What may differ
# between processes for some seconds (counts in the sidebar) uses "local".
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "itsm_cache",
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    },
    "local": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
}

# Where others keep the ledger's checkpoints: a share or mounted bucket that cannot be written over.
CHECKPOINT_FOLDER = env.str("ITSM_CHECKPOINT_FOLDER", default="")  # of checkpoints, held elsewhere
CHECKPOINT_MAIL = env.list("ITSM_CHECKPOINT_MAIL", default=[])  # mailboxes of auditors, once a day
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(VAR_DIR / "files")},
    },
    "checkpoints": {  # of the ledger; a new file each time, none is ever written over
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": CHECKPOINT_FOLDER or str(VAR_DIR / "checkpoints")},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "itsm" / "static"]
WHITENOISE_MAX_AGE = 3600
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500

# --- Languages and time ------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("es-mx", "Español (México)")]
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SECURE = HTTPS
LOCALE_PATHS = [BASE_DIR / "itsm" / "locale"]
USE_I18N = True
FORMAT_MODULE_PATH = ["itsm.formats"]
USE_TZ = True
TIME_ZONE = "UTC"
DEFAULT_TIME_ZONE = env.str("ITSM_TIME_ZONE", default="America/Mexico_City")  # of new accounts
# What the account menu offers beside one's own; the account page knows every zone.
TIME_ZONES_OFFERED = env.list("ITSM_TIME_ZONES", default=["America/Bogota", "UTC"])

# --- Accounts and sessions ---------------------------------------------------------------------

AUTH_USER_MODEL = "people.User"
DISABLE_UNUSED = env.int("ITSM_DISABLE_UNUSED_DAYS", default=0 if DEMO else 90)  # 0 never
AUTHENTICATION_BACKENDS = ["people.accounts.Backend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = reverse_lazy("account_login")
LOGIN_REDIRECT_URL = "/"
ANONYMOUS_USER_NAME = None  # guardian: no account stands for "nobody"

ACCOUNT_ADAPTER = "people.accounts.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "people.forms.SignIn",
    "reauthenticate": "people.forms.Reauthenticate",
    "change_password": "people.forms.ChangePassword",
}
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
# PCI DSS 8.3.4: at most ten wrong passwords, then thirty minutes; names that nobody has are locked
# alike (people/accounts.py).
LOCKOUT_RATE = "10/30m/key"
ACCOUNT_RATE_LIMITS = {"login": "100/m/ip", "login_failed": f"{LOCKOUT_RATE},100/30m/ip"}
ACCOUNT_PREVENT_ENUMERATION = True

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_IDLE_LIMIT = timedelta(minutes=15)  # PCI DSS 8.2.8
SESSION_HARD_LIMIT = timedelta(hours=12)
SESSION_COOKIE_AGE = int(SESSION_HARD_LIMIT.total_seconds())
SESSION_COOKIE_NAME = "__Host-sid" if HTTPS else "itsm_sid"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "itsm_csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_TRUSTED_ORIGINS = env.list("ITSM_CSRF_TRUSTED_ORIGINS", default=[])  # other origins of forms
CSRF_FAILURE_VIEW = "itsm.errors.csrf_failure"

# --- Browser security --------------------------------------------------------------------------

SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
BEHIND_PROXY = env.bool("ITSM_BEHIND_PROXY", default=False)  # behind one that sets X-Forwarded-*
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
ALLAUTH_TRUSTED_PROXY_COUNT = int(BEHIND_PROXY)  # else everybody shares one address's attempts
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# Scripts set styles; nothing is evaluated, and nothing may load from elsewhere.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF, UNSAFE_INLINE],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# --- API ---------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "people.authentication.TokenAuthentication",
        "people.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["people.authentication.SignedIn"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["core.api.parsers.StrictJSONParser"],
    "DEFAULT_PAGINATION_CLASS": "core.api.pagination.RecordPagination",
    "DEFAULT_SCHEMA_CLASS": "itsm.openapi.ProblemAwareSchema",
    "EXCEPTION_HANDLER": "core.api.problems.as_problem",
    "URL_FORMAT_OVERRIDE": None,
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "ITSM portal",
    "DESCRIPTION": "Incidents, changes, vendors, people and assets of the portal, as REST.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["people.authentication.SignedIn"],
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": ENUM_NAMES,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "itsm.openapi.add_problem",
    ],
}
FILTERS_NULL_CHOICE_LABEL = None

# Files read in and written out: never by those who may only look, never a live formula.
IMPORT_EXPORT_IMPORT_PERMISSION_CODE = "import"
IMPORT_EXPORT_EXPORT_PERMISSION_CODE = "export"
IMPORT_EXPORT_ESCAPE_FORMULAE_ON_EXPORT = True
IMPORT_EXPORT_ESCAPE_ILLEGAL_CHARS_ON_EXPORT = True

# --- Work that may happen later ----------------------------------------------------------------

CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default="filesystem://")  # Redis or Valkey
if CELERY_BROKER_URL.startswith("filesystem://"):
    _broker = VAR_DIR / "broker"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_broker / "queue"),
        "data_folder_out": str(_broker / "queue"),
        "control_folder": str(_broker / "control"),
        "store_processed": False,
    }
else:
    CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 60}
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SERIALIZER = "json"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 600
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = beat_schedule(is_live=DEMO_LIVE)

# --- E-mail ------------------------------------------------------------------------------------

vars().update(env.email_url("EMAIL_URL", default="consolemail://"))  # outgoing mail
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="itsm@localhost")  # its sender
EMAIL_TIMEOUT = 20

# --- Metrics, logs, history --------------------------------------------------------------------

METRICS_TOKEN = env.str("ITSM_METRICS_TOKEN", default="")  # Bearer that may read /metrics
METRICS_ALLOW = env.list("ITSM_METRICS_ALLOW", default=["127.0.0.1", "::1"])  # addresses that may
PROMETHEUS_EXPORT_MIGRATIONS = False
LOG_LEVEL = env.str("ITSM_LOG_LEVEL", default="INFO")  # of everything but noisy libraries
LOGGING["root"]["level"] = LOG_LEVEL
DJANGO_STRUCTLOG_CELERY_ENABLED = False
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = 10  # debug: its end tells all that its start does
configure_structlog()

SIMPLE_HISTORY_DATE_INDEX = False  # History() brings the index that its pages use
SIMPLE_HISTORY_HISTORY_CHANGE_REASON_USE_TEXT_FIELD = True
PGTRIGGER_INSTALL_ON_MIGRATE = False
GUARDIAN_MONKEY_PATCH_USER = False
SILENCED_SYSTEM_CHECKS = [
    "guardian.W001",  # guardian's rows are read inside visible_to, not through its backend
]

# --- The look ----------------------------------------------------------------------------------

PORTAL_STYLES = ["portal", "shell", "home", "lists", "record"]
PORTAL_SCRIPTS = ["dialogs", "clocks", "record", "lists"]
PORTAL_SCRIPTS += ["shell", "keys", "palette", "guide", "home"]

# The shell is ours (itsm/templates/unfold/layouts); of Unfold the forms are left.
UNFOLD = {"SITE_TITLE": SITE_NAME, "SHOW_HISTORY": False, "SHOW_VIEW_ON_SITE": False}
