"""One settings file, driven by the environment (and by `.env` beside manage.py). See `.env.example`."""

import os
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.management.utils import get_random_secret_key

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
# Under pytest (which says so in the environment) a developer's own .env must not change what is tested.
TESTING = "PYTEST_VERSION" in os.environ
if not TESTING:
    env.read_env(BASE_DIR / ".env")

DEBUG = env.bool("PMH_DEBUG", default=False)
# The demonstration: the sign-in page lists the demonstration accounts and a strip says so.
PMH_DEMO = env.bool("PMH_DEMO", default=False)
# ISO date that the application takes for today; empty in production. Read only by institution.clock.
PMH_TODAY = env.str("PMH_TODAY", default="")

# Without a key of its own a process gets one that dies with it: enough for commands and tests. pmh.wsgi refuses to
# serve with it outside development, since several workers would not understand each other's sessions.
SECRET_KEY = env.str("PMH_SECRET_KEY", default="")
SECRET_KEY_IS_EPHEMERAL = not SECRET_KEY
SECRET_KEY = SECRET_KEY or get_random_secret_key()
ALLOWED_HOSTS = env.list("PMH_ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"] if DEBUG else [])

# Behind one reverse proxy that ends https and says who asked: only then its headers are believed.
BEHIND_PROXY = env.bool("PMH_BEHIND_PROXY", default=False)

INSTALLED_APPS = [
    "pmh",
    "reports",
    "monitoring",
    "plans",
    "institution",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "simple_history",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "pmh.technical_app.TechnicalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "institution.middleware.Traced",
    "institution.middleware.PermissionsRefused",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Lines are slow: the scorecard page shrinks to a fifteenth. Django pads the answer against BREACH.
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "institution.middleware.NullRefused",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "institution.middleware.SignInRequired",
    "institution.middleware.Audited",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
]

ROOT_URLCONF = "pmh.urls"
WSGI_APPLICATION = "pmh.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "institution.context.surroundings",
            ],
            "builtins": ["pmh.templatetags.ui"],
        },
    }
]

# --- Data -------------------------------------------------------------------------------------------------------

VAR_DIR = BASE_DIR / "var"
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'pmh.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    VAR_DIR.mkdir(exist_ok=True)
    # WAL and immediate transactions let one office read and write at once without "database is locked".
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    }
    # A file of its own for each run of the tests: two at once in one checkout do not disturb each other.
    DATABASES["default"]["TEST"] = {"NAME": VAR_DIR / f"test-{os.getpid()}.sqlite3"}
else:
    DATABASES["default"]["CONN_MAX_AGE"] = env.int("PMH_DB_CONN_MAX_AGE", default=60)
    # A connection that the server has closed meanwhile (it was restarted) is opened again instead of failing.
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
# Who does the background work: a thread of each process that serves pages (embedded), processes of `manage.py work`
# (external), or whoever asks (inline).
PMH_WORKERS = env.str("PMH_WORKERS", default="inline" if TESTING else "embedded")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# The form of a unit's semester sends every cell of its breakdown tables: some 220 for each indicator of people.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
# Evidence is kept outside the web root and served only through a view that asks who may see it.
MEDIA_ROOT = env.str("PMH_MEDIA", default=str(VAR_DIR / "media"))
MEDIA_URL = ""
FILE_UPLOAD_PERMISSIONS = 0o640
# A scanned memorandum of a hundred pages, or a photograph of a good camera; opening more takes a server too long.
UPLOAD_MAX_BYTES = 20 * 1024 * 1024
# Of all files sent with one form, on the disk at once: a few of the largest.
UPLOAD_MAX_REQUEST_BYTES = 5 * UPLOAD_MAX_BYTES
# What is still read, and dropped, so that the form comes back as it was typed; beyond it the connection is cut.
UPLOAD_DRAINED_BYTES = 1024 * 1024 * 1024
# More than any result needs; a reviewer has to open each of them.
EVIDENCE_MAX_PER_RESULT = 20
FILE_UPLOAD_HANDLERS = [
    "institution.uploads.receiving.LimitedUploadHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "institution.uploads.receiving.SpareUploadHandler",
]

STATIC_URL = "static/"
STATIC_ROOT = env.str("PMH_STATIC", default=str(VAR_DIR / "static"))
# The manual's pictures are static files too: hashed names that browsers keep for ever.
STATICFILES_DIRS = [BASE_DIR / "static", ("manual", BASE_DIR / "docs" / "images")]
STORAGES = {
    # Any store with Django's interface (docs/operations.md); the folder PMH_MEDIA by default.
    "default": {
        "BACKEND": env.str("PMH_FILES_BACKEND", default="django.core.files.storage.FileSystemStorage"),
        "OPTIONS": env.json("PMH_FILES_OPTIONS", default={}),
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or TESTING
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# --- Language, time, numbers ------------------------------------------------------------------------------------

LANGUAGE_CODE = "es-pe"
LANGUAGES = [("es-pe", "Español (Perú)")]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["pmh.formats"]
TIME_ZONE = "America/Lima"
USE_TZ = True
USE_I18N = True

# --- Who --------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "institution.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
if TESTING:  # Argon2 is slow on purpose; the persons of the tests have nothing to protect.
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "monitoring:home"
ACCOUNT_ADAPTER = "institution.adapter.ClosedSignupAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_UNIQUE_EMAIL = True
# An account is made by somebody of the institution for an institutional address: nothing is left to verify.
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = "PMH: "
# Verification in two steps, for those who turn it on: a code from a telephone, and recovery codes on paper.
MFA_ADAPTER = "institution.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "PMH"
MFA_TOTP_TOLERANCE = 1  # a telephone's clock may be half a minute off

EMAIL_CONFIG = env.email("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
# A server that does not answer must not hold up the page that sends: the outbox tries again.
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("PMH_FROM_EMAIL", default="pmh@localhost")

# --- Audit log --------------------------------------------------------------------------------------------------

# How many years an entry of the audit log is kept at the least (institution.audit.retention).
AUDIT_YEARS = env.int("PMH_AUDIT_YEARS", default=5)

# --- API --------------------------------------------------------------------------------------------------------

# Requests that one key, or one address without a key, may make in a minute.
API_PER_MINUTE = env.int("PMH_API_PER_MINUTE", default=120)
API_PER_MINUTE_WITHOUT_KEY = env.int("PMH_API_PER_MINUTE_WITHOUT_KEY", default=60)
REST_FRAMEWORK = {
    "DEFAULT_SCHEMA_CLASS": "institution.api.schema.Described",
    "EXCEPTION_HANDLER": "institution.api.problems.handle",
    "NUM_PROXIES": 1 if BEHIND_PROXY else 0,
}
# What the description of the API shows as answers.
API_EXAMPLES = BASE_DIR / "pmh" / "api_examples.json"
SPECTACULAR_SETTINGS = {
    "TITLE": "PMH API",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": None,
    "SERVE_PERMISSIONS": [],
    "SERVE_AUTHENTICATION": [],
    "ENUM_ADD_EXPLICIT_BLANK_NULL_CHOICE": False,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "POSTPROCESSING_HOOKS": ["institution.api.schema.without_labels"],
    "COMPONENT_SPLIT_REQUEST": False,
}

# --- Security ---------------------------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        # A PDF beside the result that it backs (components/evidence_preview.html); the files' own headers allow it.
        "frame-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 60 * 60 * 10
CSRF_COOKIE_HTTPONLY = True
CSRF_TRUSTED_ORIGINS = env.list("PMH_TRUSTED_ORIGINS", default=[])
# Plain HTTP is only for a developer's machine and the demonstration.
HTTPS = env.bool("PMH_HTTPS", default=not (DEBUG or TESTING))
# Where the links of letters lead that no page asked for (reminders): by default to the first name that the server has.
SITE_URL = env.str("PMH_SITE_URL", default="")
if not SITE_URL:
    _names = [host.lstrip(".") for host in ALLOWED_HOSTS if host != "*"]
    SITE_URL = f"https://{_names[0]}" if HTTPS and _names else "http://localhost:8000"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
# Whoever watches over the processes asks them directly, beside the proxy that ends https.
SECURE_REDIRECT_EXEMPT = [r"^salud/"]
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    # Failed sign-ins are counted by the visitor's address, which the proxy adds last; else all would share one count.
    ALLAUTH_TRUSTED_PROXY_COUNT = 1

LOG_FORMAT = env.str("PMH_LOG_FORMAT", default="line")  # line: for people; json: for programs that gather logs
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name} [{request_id}] {message}", "style": "{"},
        "json": {"()": "institution.logs.JsonLines"},
    },
    "filters": {
        "hide_links": {"()": "institution.logs.HideLinks"},
        "name_request": {"()": "institution.logs.NameRequest"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": LOG_FORMAT,
            "filters": ["hide_links", "name_request"],
        }
    },
    "root": {"handlers": ["console"], "level": env.str("PMH_LOG_LEVEL", default="WARNING")},
    "loggers": {
        # The design's tokens carry rules for screens (dark mode) that WeasyPrint reports and rightly skips.
        "weasyprint": {"level": "ERROR"},
        # One line for each request.
        "pmh.access": {"level": "INFO" if env.bool("PMH_LOG_REQUESTS", default=False) else "WARNING"},
    },
}
