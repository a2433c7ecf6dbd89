"""Settings shared by every way of running. Secrets and addresses come from the environment."""

from pathlib import Path

import environ
from csp.constants import NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from django.templatetags.static import static

from peerplatform import embedded

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent.parent
VAR_DIR = Path(env("PEER_VAR_DIR", default=str(BASE_DIR / "var")))

SECRET_KEY = env("SECRET_KEY", default="") or embedded.local_secret(VAR_DIR)
DEBUG = False
ALLOWED_HOSTS = ["*"]  # HostScopeMiddleware answers 421 to every host that is not in the host table

# The platform's own names; every other name is looked up in the host table.
PLATFORM_HOSTS = env.list("PLATFORM_HOSTS", default=["localhost", "127.0.0.1"])

# ---- who answers for what: the floors of DESIGN.md section 3, highest first
INSTALLED_APPS = [
    "peerplatform",
    "apps.portal",
    "apps.outreach",
    "apps.care",
    "apps.groups",
    "apps.supervision",
    "apps.certifications",
    "apps.materials",
    "apps.clients",
    "apps.messaging",
    "apps.signing",
    "apps.organizations",
    "apps.access",
    "apps.accounts",
    "apps.kit",
    "unfold.apps.BasicAppConfig",  # the default one would put its own admin site in the place of ours
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.sites",
    "apps.access.admin_config.PeerAdminConfig",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "guardian",
    "pgtrigger",
    "pghistory",
    "django_htmx",
    "csp",
    "phonenumber_field",
]

MIDDLEWARE = [
    "peerplatform.middleware.HealthMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "peerplatform.middleware.ContentPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "apps.accounts.middleware.SignInMiddleware",
    "apps.organizations.middleware.HostScopeMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "apps.accounts.middleware.QuietMiddleware",
    "apps.organizations.middleware.SecondFactorMiddleware",
    "apps.organizations.middleware.SupportMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "peerplatform.urls"
WSGI_APPLICATION = "peerplatform.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"

TEMPLATES = [
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
                "apps.portal.context.frame",
            ],
        },
    }
]

# ---- database: one alias, whose login differs by process (DESIGN.md section 4)
EMBEDDED_DATABASE = not env("DATABASE_URL", default="")
EMBEDDED_REDIS = not env("REDIS_URL", default="")
DATABASES = {"default": embedded.database_settings(env, VAR_DIR)}
DATABASE_ROLES = embedded.database_roles(env)
DATABASE_PREPARED = env.bool("DATABASE_PREPARED", default=True)
REDIS_URL = embedded.redis_url(env, VAR_DIR)

# ---- cache, sessions, messages
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
SESSION_ENGINE = "apps.accounts.sessions"
SESSION_COOKIE_HTTPONLY = True
DEVICE_COOKIE_NAME = "device"  # tells a known device from a new one; names nobody
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"

# ---- scheduled and deferred work: the ledgers hold the truth, a lost task is found again (level-triggered)
CELERY_BROKER_URL = embedded.broker_url(REDIS_URL)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 600}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 900
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_DB_REUSE_MAX = 100
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULER = "celery.beat:Scheduler"

# ---- language and time
LANGUAGE_CODE = "en"
LANGUAGES = [
    ("en", "English"),
    ("es", "Español"),
    ("zh-hans", "中文"),
    ("vi", "Tiếng Việt"),
    ("ar", "العربية"),
]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# ---- files. A pasted sheet of 10 MB is told that it is too large, and not cut off without a word.
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "apps.kit.uploads.SizeGate",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = VAR_DIR / "files"

# ---- what leaves: mail by SMTP, texts by the provider's API; in the demo both are the sink's
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="no-reply@platform.example")
EMAIL_HOST = env("EMAIL_HOST", default="127.0.0.1")
EMAIL_PORT = env.int("EMAIL_PORT", default=env.int("SINK_SMTP_PORT", default=8025))
EMAIL_HOST_USER = env("EMAIL_HOST_USER", default="")
EMAIL_HOST_PASSWORD = env("EMAIL_HOST_PASSWORD", default="")
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", default=False)
EMAIL_TIMEOUT = 20
SMS_API_URL = env("SMS_API_URL", default=f"http://127.0.0.1:{env.int('SINK_HTTP_PORT', default=8026)}/2010-04-01")
SMS_ACCOUNT_SID = env("SMS_ACCOUNT_SID", default="ACdemo")
SMS_AUTH_TOKEN = env("SMS_AUTH_TOKEN", default="demo")
SMS_FROM = env("SMS_FROM", default="+15550006000")
DELIVERY_REQUIRED = True  # a sign-in code that nothing would send is an error, not a silence
OUTBOX_DIR = VAR_DIR / "outbox"
MESSAGING_LEASE_SECONDS = env.int("MESSAGING_LEASE_SECONDS", default=300)  # after it a dead sender's claim is void
DEMO = env.bool("DEMO", default=EMBEDDED_DATABASE)
# Links in what leaves: how people reach the hosts from outside. The demo answers without TLS, on PORT.
LINK_SCHEME = env("LINK_SCHEME", default="http" if DEMO else "https")
LINK_PORT = env.int("LINK_PORT", default=int(env("PORT", default="") or 8000) if DEMO else 443)

# ---- content policy: only our own files; the admin's look also evaluates expressions and styles inline
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
ADMIN_CONTENT_SECURITY_POLICY = {"script-src": [SELF, UNSAFE_EVAL], "style-src": [SELF, UNSAFE_INLINE]}

# ---- the administration's look: unfold's, and what of it we mend
UNFOLD = {
    "STYLES": [lambda request: static("platform/admin.css")],
    "SCRIPTS": [lambda request: static("platform/quiet.js"), lambda request: static("platform/admin.js")],
}

# ---- health: functions that each return a list of problems (peerplatform.health)
READINESS_CHECKS = ["peerplatform.health.stale_jobs"]

# ---- logging: paths and numbers, never names, addresses, query strings or message bodies
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="INFO")},
    "loggers": {
        "django": {"handlers": [], "propagate": True},
        "django.request": {"level": "ERROR"},
        "django.db.backends": {"level": "WARNING"},
        "mail.log": {"level": "WARNING"},  # the sink's server would name every recipient
    },
}

# ---- sign-in: by password, code or printed card, on every host; nobody signs up. Permissions are asked of apps.access,
# never of a backend. Rate limits count in the cache, which is Redis.
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
AUTHENTICATION_BACKENDS = ["apps.accounts.backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "apps.accounts.passwords.DressedUpValidator"},
    {"NAME": "apps.accounts.passwords.OwnDataValidator"},
]
PHONENUMBER_DEFAULT_REGION = "US"
ACCOUNT_ADAPTER = "apps.accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email", "phone"}
ACCOUNT_SIGNUP_FIELDS = [
    "email*",
    "phone",
    "password1",
]  # allauth reads from it that passwords exist; sign-up is closed
ACCOUNT_EMAIL_VERIFICATION = "none"  # the address is checked before it becomes the sign-in
ACCOUNT_PHONE_VERIFICATION_ENABLED = False
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_SESSION_REMEMBER = True
EVEN_ANSWER_SECONDS = 0.3  # answers that could tell by their time whether somebody has a sign-in leave no sooner
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_LOGIN_BY_CODE_FORMAT = {"numeric": True, "length": 6, "dashed": False}
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "20/m/ip,5/300s/key",  # the key: the address as tried from one network or one known device
    "request_login_code": "20/m/ip,3/m/key,10/h/key",
}
ALLAUTH_TRUSTED_PROXY_COUNT = 0  # production counts its proxies
MFA_ADAPTER = "apps.accounts.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_WEBAUTHN_USER_VERIFICATION = "required"  # a passkey also confirms a signature: holding the phone is not enough
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEMO  # the demo answers without TLS; the passkey itself names its host
MFA_FORMS = {
    "add_webauthn": "apps.accounts.forms.AddPasskeyForm",
    "authenticate": "apps.accounts.forms.SecondFactorForm",
    "activate_totp": "apps.accounts.forms.ActivateAppForm",
}
MFA_TOTP_TOLERANCE = 1
MFA_ALLOW_UNVERIFIED_EMAIL = True

# ---- guardian: only through apps.access, with every global fallback off
SILENCED_SYSTEM_CHECKS = ["guardian.W001"]  # its backend stays unhooked: lists and rows ask apps.access
ANONYMOUS_USER_NAME = None
GUARDIAN_RAISE_403 = False
