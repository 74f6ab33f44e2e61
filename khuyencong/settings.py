"""Settings, all from the validated environment (`khuyencong/config.py`); nothing secret stands in this file."""

import os
from datetime import timedelta
from pathlib import Path

from csp.constants import NONE, SELF

from khuyencong.config import database_settings, read_config, replica_settings, secret_key

BASE_DIR = Path(__file__).resolve().parent.parent
PACKAGE_DIR = Path(__file__).resolve().parent

CONFIG = read_config(os.environ, BASE_DIR)

DEBUG = CONFIG.debug
ALLOWED_HOSTS = list(CONFIG.allowed_hosts)
SECRET_KEY = secret_key(CONFIG)
DATABASES = {"default": database_settings(CONFIG), **replica_settings(CONFIG)}
DATABASE_ROUTERS = ["khuyencong.core.replicas.Router"] if CONFIG.replicas else []
PUBLIC_URL = CONFIG.public_url
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "axes",
    "csp",
    "django_filters",
    "django_htmx",
    "khuyencong.core",
    "khuyencong.documents",
    "khuyencong.law",
    "khuyencong.places",
    "khuyencong.people",
    "khuyencong.audit",
    "khuyencong.guide",
    "khuyencong.notices",
    "khuyencong.quarantine",
    "khuyencong.signin",
    "khuyencong.accounts",
    "khuyencong.normbook",
    "khuyencong.areas",
    "khuyencong.establishments",
    "khuyencong.surveys",
    "khuyencong.programmes",
    "khuyencong.projects",
    "khuyencong.intake",
    "khuyencong.whatif",
    "khuyencong.appraisal",
    "khuyencong.monitoring",
    "khuyencong.finance",
    "khuyencong.treasury",
    "khuyencong.scenarios",
    "khuyencong.delivery",
    "khuyencong.settlement",
    "khuyencong.inspections",
    "khuyencong.effects",
    "khuyencong.adjustments",
    "khuyencong.competitions",
    "khuyencong.loans",
    "khuyencong.collaborators",
    "khuyencong.combining",
    "khuyencong.consulting",
    "khuyencong.outreach",
    "khuyencong.fairs",
    "khuyencong.training",
    "khuyencong.reporting",
    "khuyencong.reportcheck",
    "khuyencong.periods",
    "khuyencong.deadlines",
    "khuyencong.progress",
    "khuyencong.papers",
    "khuyencong.dashboards",
    "khuyencong.search",
    "khuyencong.opendata",
    "khuyencong.portal",
    "khuyencong.federation",
    "khuyencong.api",
    "khuyencong.desk",
    "khuyencong.persons",
    "khuyencong.demo",
    "khuyencong.upkeep",
]

MIDDLEWARE = [
    "khuyencong.core.observed.ObservedMiddleware",
    *(["khuyencong.core.replicas.WrittenMiddleware"] if CONFIG.replicas else []),
    *(["khuyencong.core.middleware.ProxyMiddleware"] if CONFIG.https else []),
    "khuyencong.api.middleware.ApiMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    # Nothing before it reads a body; what it turns away carries the headers of the others.
    "khuyencong.core.middleware.BodySizeMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "khuyencong.people.middleware.ActorMiddleware",
    "khuyencong.core.middleware.SafeHeadersMiddleware",
    "khuyencong.signin.middleware.SecondFactorMiddleware",
    "khuyencong.audit.middleware.RefusalMiddleware",
    "khuyencong.core.middleware.DomainErrorMiddleware",
    "axes.middleware.AxesMiddleware",
    "khuyencong.core.rates.RateMiddleware",
    "khuyencong.quarantine.door.ScanMiddleware",
]

ROOT_URLCONF = "khuyencong.urls"
WSGI_APPLICATION = "khuyencong.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "khuyencong.navigation.navigation",
            ],
            "builtins": ["khuyencong.core.templatetags.vn"],
        },
    }
]
FORM_RENDERER = "khuyencong.core.forms.KCFormRenderer"

# People: passwords are hashed with Argon2; the first hasher is the one in use.
AUTH_USER_MODEL = "people.User"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "work"
LOGOUT_REDIRECT_URL = "login"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "khuyencong.signin.passwords.LengthValidator"},
    {"NAME": "khuyencong.signin.passwords.CommonValidator"},
]
PASSWORD_RESET_TIMEOUT = 60 * 60  # seconds that the link in a letter works
# Leaders, accountants and administrators; the tests of other things switch it off.
REQUIRE_SECOND_FACTOR = CONFIG.second_factor_required
OIDC_PROVIDER = CONFIG.provider
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_CALLABLE = "khuyencong.signin.lockout.locked_out"
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True  # our own audit chain keeps the log
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
AXES_CLIENT_IP_CALLABLE = "khuyencong.signin.lockout.place_of"
AXES_USERNAME_CALLABLE = "khuyencong.signin.lockout.counted_name"

SESSION_ENGINE = "khuyencong.signin.sessions"
# A working day in one sitting; a forgotten browser is signed out after that.
SESSION_COOKIE_AGE = 8 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "khuyencong.core.views.csrf_failure"
# Browsers take a cookie of such a name only from this very host, over TLS.
SESSION_COOKIE_NAME = "__Host-sessionid" if CONFIG.https else "sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken" if CONFIG.https else "csrftoken"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = CONFIG.https
SECURE_SSL_REDIRECT = CONFIG.https
# TLS ends at a proxy on the same machine, which sets this header; without HTTPS=1 nobody's header is believed.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if CONFIG.https else None
SECURE_HSTS_SECONDS = 31_536_000 if CONFIG.https else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],  # Tabler's stylesheet draws its small arrows as data: pictures
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}

EMAIL_BACKEND = CONFIG.mail.backend
EMAIL_FILE_PATH = CONFIG.mail.folder or None
EMAIL_HOST, EMAIL_PORT = CONFIG.mail.host, CONFIG.mail.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = CONFIG.mail.user, CONFIG.mail.password
EMAIL_USE_TLS, EMAIL_USE_SSL = CONFIG.mail.encryption == "starttls", CONFIG.mail.encryption == "tls"
EMAIL_TIMEOUT = 10  # seconds
DEFAULT_FROM_EMAIL = CONFIG.mail.sender

# Other systems (`core/outside.py`).
OUTSIDE = CONFIG.outside
OUTSIDE_NETWORKS = OUTSIDE.networks
CLAMD = CONFIG.clamd  # None: files are held back by what is in them alone (`quarantine`)

LANGUAGE_CODE = "vi"
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = False  # years and keys must not be grouped; money has its own filters
FORMAT_MODULE_PATH = ["khuyencong.core.formats"]

STATIC_URL = "/static/"
VAR_DIR = CONFIG.var_dir
STATIC_ROOT = CONFIG.var_dir / "static"
STATICFILES_DIRS = [
    PACKAGE_DIR / "static",
    ("guide", PACKAGE_DIR / "guide" / "source" / "pictures"),  # of the guide, from docs/guide
]
STORAGES = {
    # Attached files lie outside the web root and are only handed out by a view that asks the permission matrix.
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": CONFIG.var_dir / "files", "base_url": None, "file_permissions_mode": 0o600},
    }
    if CONFIG.files is None
    else {"BACKEND": "khuyencong.core.bucket.BucketStorage", "OPTIONS": {"bucket": CONFIG.files}},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# How often one may ask (`core/rates.py`): counted by each process for itself, or by all together in the database.
RATE_LIMITS = True
CACHES = {
    "default": {"BACKEND": "khuyencong.core.counting.DatabaseCounts", "LOCATION": "khuyencong_counts"}
    if CONFIG.shared_counts
    else {"BACKEND": "khuyencong.core.counting.MemoryCounts", "OPTIONS": {"MAX_ENTRIES": 50_000}},
}

# Lists are kept in memory while no event says that anything has changed (`audit.kept`).
KEEP_ANSWERS = True

# A pasted text of 10 MB still reaches the form, which then says at the field that it is too long.
DATA_UPLOAD_MAX_MEMORY_SIZE = 24 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
MAX_ATTACHMENT_BYTES = 20 * 1024 * 1024
MAX_REQUEST_BYTES = 26 * 1024 * 1024  # a file and the form around it

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request_id": {"()": "khuyencong.core.logs.RequestId"}},
    "formatters": {
        "line": {"()": "khuyencong.core.logs.LineFormatter", "fmt": "%(asctime)s %(levelname)s %(name)s: %(message)s"},
        "json": {"()": "khuyencong.core.logs.JsonFormatter"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "json" if CONFIG.json_logs else "line",
            "filters": ["request_id"],
        }
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    # Each request leaves a line where programs gather them; at a terminal it would only be noise.
    "loggers": {"khuyencong.requests": {"level": "INFO" if CONFIG.json_logs else "WARNING"}},
}
SILENCED_SYSTEM_CHECKS = [
    "security.W005",  # HSTS for subdomains: the other hosts of an agency's domain are not ours to decide about
    "security.W021",  # HSTS preload: the same
]
