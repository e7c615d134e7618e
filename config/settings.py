"""Settings of one process, from the environment; see docs/how-to/run.md for every variable."""

import os
from importlib.util import find_spec
from pathlib import Path

import django_stubs_ext
from django.utils.translation import gettext_lazy as _

from config import environment, guarding, logs
from config.api_settings import REST_FRAMEWORK, SPECTACULAR_SETTINGS  # noqa: F401 (Django reads them)
from config.databases import SECONDS_MAX, broker_address, database, valkey_address
from config.embedded.addresses import embedded_addresses
from config.formats import calendars
from config.mails import DEVELOPMENT, mail_settings

# Generic admin classes (`ModelAdmin[Account]`) need it at run time, before any of them is defined.
django_stubs_ext.monkeypatch()
calendars.install()

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(os.environ.get("DATA_DIR") or BASE_DIR / ".data").absolute()
MODE = environment.told("WAFA_MODE", "development")
PRODUCTION = MODE == "production"
ROLE = environment.told("WAFA_ROLE", "jobs")

_secrets = {} if PRODUCTION else environment.development_secrets(DATA_DIR)
_told = {name: environment.told(name, _secrets.get(name, "")) for name in environment.SECRETS}
_running = {} if PRODUCTION else embedded_addresses(DATA_DIR)

DEBUG = environment.told_yes("WAFA_DEBUG", default=False)
SECRET_KEY = _told["WAFA_SECRET_KEY"]
SECRET_KEY_FALLBACKS = environment.told_list("WAFA_SECRET_KEY_FALLBACKS")
WAFA_PEPPER = _told["WAFA_PEPPER"]
WAFA_BASE_URL = environment.told(
    "WAFA_BASE_URL", _running.get("web", "http://127.0.0.1:8000")
).rstrip("/")
ALLOWED_HOSTS = environment.told_list(
    "WAFA_ALLOWED_HOSTS", "" if PRODUCTION else "localhost,127.0.0.1,[::1],testserver"
)
DATABASE_URL = environment.told("DATABASE_URL") or _running.get("database", "")
VALKEY_URL = environment.told("VALKEY_URL") or _running.get("valkey", "")

guarding.refuse_carelessness(
    mode=MODE,
    debug=DEBUG,
    secrets=_told,
    hosts=ALLOWED_HOSTS,
    base_url=WAFA_BASE_URL,
    addresses={"DATABASE_URL": DATABASE_URL, "VALKEY_URL": VALKEY_URL},
)

WAFA_ENCRYPTION_KEYS = [
    key.strip() for key in _told["WAFA_ENCRYPTION_KEYS"].split(",") if key.strip()
]
WAFA_TRUSTED_PROXIES = environment.told_list("WAFA_TRUSTED_PROXIES")
WAFA_METRICS_TOKEN = environment.told("WAFA_METRICS_TOKEN")
WAFA_MAINTENANCE = environment.told_yes("WAFA_MAINTENANCE", default=False)
WAFA_STAFF_SECOND_FACTOR = environment.told_yes("WAFA_STAFF_SECOND_FACTOR", default=PRODUCTION)

# ---- Applications ------------------------------------------------------------------------------

INSTALLED_APPS = [
    "config.apps.SwitchboardConfig",
    "loyalty",
    "gamification",
    "referrals",
    "portal",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "django_celery_beat",
    "pgtrigger",
]
# Tools of those who write Wafa; a server is installed without them.
INSTALLED_APPS += [
    tool for tool in ("django_linear_migrations", "django_migration_linter") if find_spec(tool)
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "config.packing.Packed",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.tracing.Tracing",
    "loyalty.foundation.wire.middleware.SecurityHeaders",
    "config.probes.Probes",
    "loyalty.foundation.wire.mishaps.WhileClosed",
    "loyalty.access.callers.middleware.Traced",
    "loyalty.access.callers.middleware.Rates",
    "loyalty.access.callers.middleware.Origins",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

if environment.told("WAFA_TEST_HOME") and find_spec("zeal"):
    # Each request of a test is watched for a query that is asked once per row.
    INSTALLED_APPS.append("zeal")
    MIDDLEWARE.append("zeal.middleware.zeal_middleware")
    # Django itself asks twice for a session that it is about to end; a form that is refused shows its page anew.
    TWICE = ("sessions.Session", "referrals.Advocate")
    ZEAL_ALLOWLIST = [{"model": each, "field": "get()"} for each in TWICE]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]
APPEND_SLASH = False

# ---- Database, cache ---------------------------------------------------------------------------

DATABASES = {
    "default": database(
        DATABASE_URL,
        role=ROLE,
        pool=environment.told_yes("WAFA_DATABASE_POOL", default=True),
    )
}
# V-27: one statement, and a whole unit of work with its tries. A server that hangs keeps no limits.
STATEMENT_SECONDS_MAX, UNIT_SECONDS_MAX = SECONDS_MAX[ROLE]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": valkey_address(VALKEY_URL, number=0),
        "KEY_PREFIX": "wafa",
        # A cache that does not answer at once is no cache.
        "OPTIONS": {"socket_connect_timeout": 0.5, "socket_timeout": 0.5},
    }
}

# ---- Jobs: V-15, V-20, V-21 --------------------------------------------------------------------

CELERY_BROKER_URL = broker_address(VALKEY_URL, number=1)
JOBS_APP = "config.celery.app"  # who takes wake-ups, for rooms that may not know this package

# ---- Mail ---------------------------------------------------------------------------------------

_mail = mail_settings(
    environment.told("WAFA_MAIL_URL", "smtp://localhost:25" if PRODUCTION else DEVELOPMENT),
    data=DATA_DIR,
)
EMAIL_BACKEND, EMAIL_FILE_PATH = _mail.backend, _mail.directory
EMAIL_HOST, EMAIL_PORT = _mail.host, _mail.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail.user, _mail.password
EMAIL_USE_TLS, EMAIL_USE_SSL = _mail.tls, _mail.ssl
DEFAULT_FROM_EMAIL = environment.told("WAFA_MAIL_FROM", "Wafa <wafa@localhost>")

# ---- People ------------------------------------------------------------------------------------

AUTH_USER_MODEL = "loyalty.User"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
AUTH_PASSWORD_VALIDATORS[1]["OPTIONS"] = {"min_length": 12}  # type: ignore[assignment]
LOGIN_URL = "/admin/login/"

# ---- Languages, time ---------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [
    ("en", _("English")),
    ("ar", _("Arabic")),
    ("fa", _("Persian")),
    ("uk", _("Ukrainian")),
]
LOCALE_PATHS = [BASE_DIR / "loyalty" / "locale"]
FORMAT_MODULE_PATH = ["config.formats"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# ---- Browsers: S-45 ----------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
if not PRODUCTION:
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # files come from where they are written
WHITENOISE_USE_FINDERS = not PRODUCTION
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
MEDIA_ROOT = DATA_DIR / "media"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = PRODUCTION
SECURE_HSTS_PRELOAD = PRODUCTION
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$", r"^metrics$"]
if WAFA_TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_ENGINE = "django.contrib.sessions.backends.db"  # nobody is signed out when Valkey goes
CSRF_FAILURE_VIEW = "loyalty.foundation.wire.mishaps.form_refused"
CSRF_TRUSTED_ORIGINS = [WAFA_BASE_URL]
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024  # 1,000 events of a batch, and no more

# ---- Logs --------------------------------------------------------------------------------------

LOGGING = logs.logging_settings(environment.told("WAFA_LOG_LEVEL", "INFO"))
logs.configure()
