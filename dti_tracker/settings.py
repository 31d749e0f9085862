"""Settings, read from the environment; the table in the README lists every variable.

Nothing set means demo mode on the embedded database and the filesystem broker.
"""

from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import environ
import pghistory
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
BUILD_DIR = BASE_DIR / "build"

env = environ.Env()
if (BASE_DIR / ".env").is_file():
    environ.Env.read_env(BASE_DIR / ".env", overwrite=False)

VAR_DIR: Path = BASE_DIR / env.str("VAR_DIR", default="var")

DEMO_SECRET = "demo-secret-for-trying-out-never-for-production-0123456789"  # noqa: S105

MODE: str = env.str("MODE", default="demo")
if MODE not in {"demo", "production"}:
    raise ImproperlyConfigured(f"MODE must be 'demo' or 'production', not {MODE!r}.")
DEMO = MODE == "demo"
SECRET_KEY: str = env.str("SECRET_KEY", default="") or DEMO_SECRET
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", default=[])
DEBUG: bool = env.bool("DEBUG", default=False)
if not DEMO:
    if SECRET_KEY == DEMO_SECRET or len(SECRET_KEY) < 50:
        raise ImproperlyConfigured(
            "Production mode needs a SECRET_KEY of its own, at least 50 characters long."
        )
    if DEBUG:
        raise ImproperlyConfigured("Production mode refuses DEBUG.")

ALLOWED_HOSTS: list[str] = env.list(
    "ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"] if DEMO else []
)
PORT: int = env.int("PORT", default=8000)
SITE_URL: str = env.str("SITE_URL", default=f"http://localhost:{PORT}").rstrip("/")
CSRF_TRUSTED_ORIGINS = [SITE_URL]

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "dti_tracker.apps.AssetsConfig",
    "django.contrib.postgres",
    "django.forms",
    "pgtrigger",
    "pghistory",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "csp",
    "django_filters",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "dti_tracker",
    "organisations",
    "indicators",
    "programmes",
    "reports",
]

MIDDLEWARE = [
    "dti_tracker.shared.logs.RequestIdMiddleware",
    "dti_tracker.shared.http.DatabaseAwayMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "dti_tracker.shared.http.VietnameseFirstMiddleware",
    "dti_tracker.shared.http.WholeAddressMiddleware",
    "dti_tracker.shared.http.UploadLimitMiddleware",
    "django.middleware.common.CommonMiddleware",
    "dti_tracker.shared.http.MethodPageMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "organisations.middleware.lock.SessionLockMiddleware",
    "organisations.middleware.factors.SecondFactorMiddleware",
    "organisations.middleware.seen.LastSeenMiddleware",
    "organisations.middleware.trail.TrailMiddleware",
    "organisations.middleware.emergency.EmergencyMiddleware",
    "organisations.middleware.inspection.InspectionMiddleware",
    "organisations.middleware.former.FormerMiddleware",
]

ROOT_URLCONF = "dti_tracker.urls"
WSGI_APPLICATION = "dti_tracker.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "organisations.context.site",
                "programmes.context.inspection",
                "reports.views.asking.closed_pages",
            ],
        },
    },
]


def embedded_database_url() -> str:
    """Address of the embedded PostgreSQL, as the launcher wrote it down when it started the server.

    Without a running server it is where one would listen: commands that need no database still work.
    """
    written = VAR_DIR / "database.url"
    if written.exists():
        return written.read_text(encoding="utf-8").strip()
    return f"postgresql://postgres@/postgres?host={quote(str(VAR_DIR / 'postgres'))}"


DATABASES: dict[str, Any] = {
    "default": env.db_url_config(env.str("DATABASE_URL", default="") or embedded_database_url())
}
DATABASES["default"] |= {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True, "ATOMIC_REQUESTS": False}
# The trail records from which program a change came.
DATABASES["default"].setdefault("OPTIONS", {}).setdefault("application_name", "dti_tracker")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL: str = env.str("REDIS_URL", default="")
CACHES: dict[str, Any] = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    if REDIS_URL
    else {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "django_cache",
    }
}

# Sign-in ---------------------------------------------------------------------------------------
AUTH_USER_MODEL = "organisations.User"
AUTHENTICATION_BACKENDS = ["organisations.backends.Backend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/login/"
ACCOUNT_ADAPTER = "organisations.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "organisations.links.LinkTokens"  # noqa: S105
ACCOUNT_FORMS = {
    "change_password": "organisations.forms.doors.ChangeForm",
    "reset_password": "organisations.forms.doors.ResetForm",
    "reset_password_from_key": "organisations.forms.doors.ChooseForm",
}
# Against floods; guessing is counted by the lock-out below. A whole office may share one address.
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "30/m/ip,5/15m/key",  # wrong codes of a second factor, for each person
    "reset_password": "20/h/ip,3/h/key",  # letters, for each address asked about
    "reset_password_from_key": "20/m/ip",
    "change_password": "5/15m/user",  # tries of the present password with somebody's open session
    "reauthenticate": "5/15m/user",
}
ACCOUNT_SESSION_REMEMBER = False
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "organisations.validators.LengthByFactorValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
# Parameters of level 2 (TCVN 14423:2026): characters of a password, without and with a second factor.
PASSWORD_LENGTH: int = env.int("PASSWORD_LENGTH", default=14)
PASSWORD_LENGTH_WITH_MFA: int = env.int("PASSWORD_LENGTH_WITH_MFA", default=8)
# Wrong passwords for an account from one address (or from all) that lock it out, and for how long.
LOCKOUT_ATTEMPTS: int = env.int("LOCKOUT_ATTEMPTS", default=5)
LOCKOUT_ATTEMPTS_ANYWHERE: int = env.int("LOCKOUT_ATTEMPTS_ANYWHERE", default=20)
LOCKOUT_MINUTES: int = env.int("LOCKOUT_MINUTES", default=15)
# How long the links for a new password and of an invitation are good.
RESET_LINK_MINUTES: int = env.int("RESET_LINK_MINUTES", default=60)
INVITATION_DAYS: int = env.int("INVITATION_DAYS", default=7)
PASSWORD_RESET_TIMEOUT = max(RESET_LINK_MINUTES * 60, INVITATION_DAYS * 24 * 60 * 60)
# An account that nobody used for so long is locked; the person is warned some days before.
IDLE_ACCOUNT_DAYS: int = env.int("IDLE_ACCOUNT_DAYS", default=45)
IDLE_WARNING_DAYS: int = env.int("IDLE_WARNING_DAYS", default=40)
# Second factors: offered to all, asked of administrators.
ADMINISTRATORS_NEED_SECOND_FACTOR = not DEMO
MFA_ADAPTER = "organisations.adapters_mfa.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = (
    "required"  # a passkey lifts the lock too: the key alone is not enough
)
MFA_ALLOW_UNVERIFIED_EMAIL = True  # nobody signs themselves up
MFA_TOTP_ISSUER = "DTI Gia Lai"
MFA_TOTP_TOLERANCE = (
    1  # clocks of telephones; each code is good once (organisations/forms/factors.py)
)
MFA_FORMS = {
    "authenticate": "organisations.forms.factors.SignInCodeForm",
    "reauthenticate": "organisations.forms.factors.ConfirmCodeForm",
    "activate_totp": "organisations.forms.factors.SetUpAppForm",
    "deactivate_totp": "organisations.forms.factors.RemoveAppForm",
    "authenticate_webauthn": "organisations.forms.factors.SecondStepPasskeyForm",
    "reauthenticate_webauthn": "organisations.forms.factors.ConfirmPasskeyForm",
    "login_webauthn": "organisations.forms.factors.SignInPasskeyForm",
    "add_webauthn": "organisations.forms.factors.AddPasskeyForm",
    "edit_webauthn": "organisations.forms.factors.RenamePasskeyForm",
}
# The province's single sign-on (OpenID Connect); nothing set: no such button.
OIDC_ISSUER: str = env.str("OIDC_ISSUER", default="")
OIDC_CLIENT_ID: str = env.str("OIDC_CLIENT_ID", default="")
OIDC_CLIENT_SECRET: str = env.str("OIDC_CLIENT_SECRET", default="")
OIDC_NAME: str = env.str("OIDC_NAME", default="") or "SSO"
if OIDC_ISSUER and not DEMO and not OIDC_ISSUER.startswith("https://"):
    raise ImproperlyConfigured("OIDC_ISSUER must begin with https:// in production mode.")
SOCIALACCOUNT_ADAPTER = "organisations.adapters_sso.SingleSignOnAdapter"
SOCIALACCOUNT_ONLY = SOCIALACCOUNT_STORE_TOKENS = SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_REQUESTS_TIMEOUT = 5
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "sso",
                "name": OIDC_NAME,
                "client_id": OIDC_CLIENT_ID,
                "secret": OIDC_CLIENT_SECRET,
                "settings": {"server_url": OIDC_ISSUER.rstrip("/")},
            }
        ]
        if OIDC_ISSUER and OIDC_CLIENT_ID
        else [],
    }
}
# A session that its person does not use for so long asks who is there (level 2 again).
SESSION_LOCK_MINUTES: int = env.int("SESSION_LOCK_MINUTES", default=15)
SESSION_LOCK_MINUTES_ADMINISTRATORS: int = env.int("SESSION_LOCK_MINUTES_ADMINISTRATORS", default=5)

# What people bring as evidence, in MB a file; UploadLimitMiddleware refuses more before it is read.
EVIDENCE_MAX_MB: int = env.int("EVIDENCE_MAX_MB", default=25)
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024  # larger files go to disk while they arrive
DATA_UPLOAD_MAX_NUMBER_FILES = 10

# Headers and cookies ---------------------------------------------------------------------------
SECURE_COOKIES: bool = env.bool("SECURE_COOKIES", default=not DEMO)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_COOKIES
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 60 * 60
SECURE_SSL_REDIRECT: bool = env.bool("SECURE_SSL_REDIRECT", default=not DEMO)
SECURE_REDIRECT_EXEMPT = [r"^health/"]  # probes come from inside, without TLS
SECURE_HSTS_SECONDS = 0 if DEMO else 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not DEMO
BEHIND_TLS_PROXY: bool = env.bool("BEHIND_TLS_PROXY", default=not DEMO)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_TLS_PROXY else None
# How many proxies of our own add to X-Forwarded-For; with 0 nobody believes that header.
TRUSTED_PROXIES: int = env.int("TRUSTED_PROXIES", default=1 if BEHIND_TLS_PROXY else 0)
X_FRAME_OPTIONS = "SAMEORIGIN"  # the evaluation page shows its own PDF in a frame
SILENCED_SYSTEM_CHECKS = ["security.W019"]  # which would have DENY
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [SELF],
        "frame-src": [SELF],
        "frame-ancestors": [SELF],
        "base-uri": [NONE],
        "form-action": [SELF],
    }
}

# Abilities of the browser that no page needs; passkeys are asked for by our own pages alone.
PERMISSIONS_POLICY: dict[str, list[str]] = {
    **{name: [] for name in ("camera", "display-capture", "geolocation", "microphone")},
    **{name: [] for name in ("midi", "payment", "serial", "usb", "xr-spatial-tracking")},
    "publickey-credentials-create": ["self"],
    "publickey-credentials-get": ["self"],
}

# Language and time -----------------------------------------------------------------------------
LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", _("Vietnamese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["dti_tracker.formats"]
USE_I18N = USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"

# Assets ----------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = BUILD_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static", BUILD_DIR / "assets"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True  # the names pages ask for; half the compressing
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = [
    *("jpg", "png", "webp", "gz", "br"),
    *("woff", "woff2", "map", "pdf"),
]

# Jobs: the row is the truth, the broker a wake-up ------------------------------------------------
CELERY_BROKER_URL = REDIS_URL or "filesystem://localhost//"
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = (
    {"visibility_timeout": 3600}
    if REDIS_URL
    else {
        "data_folder_in": str(VAR_DIR / "queue"),
        "data_folder_out": str(VAR_DIR / "queue"),
        "control_folder": str(VAR_DIR / "control"),
        "polling_interval": 0.05,
    }
)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CONCURRENCY = 2
CELERY_TASK_SOFT_TIME_LIMIT = 120
CELERY_TASK_TIME_LIMIT = 150
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = TIME_ZONE
# How long a job may be silent before another worker takes it over.
JOB_LEASE_SECONDS: int = env.int("JOB_LEASE_SECONDS", default=60)
# The largest spreadsheet that somebody may send, in MB.
SPREADSHEET_MAX_MB: int = env.int("SPREADSHEET_MAX_MB", default=10)
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")
CELERY_BEAT_SCHEDULE = {
    "open-due-evaluations": {
        "task": "reports.tasks.open_due_evaluations",
        "schedule": crontab(minute="*/5"),
    },
    "warn-idle-people": {
        "task": "organisations.tasks.warn_idle_people",
        "schedule": crontab(hour=7, minute=30),
    },
    "sweep-jobs": {"task": "reports.tasks.sweep_jobs", "schedule": 20.0},
    "sweep-letters": {"task": "organisations.tasks.sweep_letters", "schedule": 20.0},
    "seal-trail": {"task": "organisations.tasks.seal_trail", "schedule": crontab(minute="*/5")},
}

# History: triggers record inserts, updates and deletions, by raw SQL too
PGHISTORY_DEFAULT_TRACKERS = (
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
)
# The seals of the trail, one line each: outside the database, best on a disk of its own.
TRAIL_SEALS: Path = BASE_DIR / env.str("TRAIL_SEALS", default=str(VAR_DIR / "trail-seals.log"))

# REST ------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "organisations.api.authentication.BearerAuthentication",
        "dti_tracker.shared.api.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": [
        "rest_framework.permissions.IsAuthenticated",
        "organisations.api.authentication.ScopeReaches",
    ],
    "DEFAULT_RENDERER_CLASSES": ["dti_tracker.shared.api.rendering.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["dti_tracker.shared.api.parsing.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_METADATA_CLASS": None,
    "DEFAULT_THROTTLE_CLASSES": ["dti_tracker.shared.api.throttling.ProcessThrottle"],
    "DEFAULT_THROTTLE_RATES": {"user": "1200/min", "refused_tokens": "60/min"},
    "EXCEPTION_HANDLER": "dti_tracker.shared.api.problems.answer_exception",
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "DTI tracker",
    "DESCRIPTION": "Gia Lai's digital-transformation tasks. docs/api.md is the introduction.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_ADD_EXPLICIT_BLANK_NULL_CHOICE": True,
    "ENUM_NAME_OVERRIDES": {
        "Certainty": "organisations.choices.Certainty",
        "Health": "programmes.choices.Health",
        "TaskState": "programmes.choices.TaskState",
        "JobState": "organisations.choices.JobState",
        "EvaluationState": "reports.choices.EvaluationState",
        "ReportState": "reports.choices.ReportState",
        "OrganisationKind": "organisations.choices.OrganisationKind",
        "ProgrammeKind": "programmes.choices.ProgrammeKind",
        "JobKind": "organisations.choices.JobKind",
        "ProposalKind": "reports.choices.ProposalKind",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "dti_tracker.shared.api.schema.add_what_all_share",
    ],
}

# Mail and logs ---------------------------------------------------------------------------------
vars().update(
    env.email_url("EMAIL_URL", default="consolemail://" if DEMO else "smtp://localhost:25")
)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL: str = env.str(
    "DEFAULT_FROM_EMAIL", default=f"no-reply@{urlsplit(SITE_URL).hostname}"
)
LOG_LEVEL: str = env.str("LOG_LEVEL", default="INFO")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"number": {"()": "dti_tracker.shared.logs.RequestIdFilter"}},
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name} [{request_id}] {message}", "style": "{"}
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["number"],
        }
    },
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
}
