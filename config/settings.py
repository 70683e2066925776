"""All settings, in one file. What an operator may set is read from the environment (docs/operations.md)."""

from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _
from whitenoise.compress import Compressor

from config import env

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env.text("DATA_DIR", str(BASE_DIR / ".data"))).resolve()

DEMO = env.flag("DEMO")
DEBUG = env.flag("DEBUG")
SECRET_KEY = env.text("SECRET_KEY")
MASTER_KEYS = env.words("MASTER_KEYS", None)
"""The ring that seals secrets at rest (vault.sealing): 32 bytes in base64 each, the first one seals."""
PORT = env.number("PORT", 8000)
SITE_URL = env.text("SITE_URL", f"http://localhost:{PORT}").rstrip("/")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
HTTPS = SITE_URL.startswith("https://")

# The bodies and titles of the profession are configuration: some are registered marks.
BRAND = env.text("BRAND", "AlloMediateur")
CERTIFICATE_NAME = env.text("CERTIFICATE_NAME", "CAP’M")
CHAMBER_NAME = env.text("CHAMBER_NAME", "CPMN")
CHAMBER_URL = env.text("CHAMBER_URL", "")
SCHOOL_NAME = env.text("SCHOOL_NAME", "EPMN")
ETHICS_CODE_NAME = env.text("ETHICS_CODE_NAME", "CODEOME")
ETHICS_CODE_VERSION = env.text("ETHICS_CODE_VERSION", "2023")
ETHICS_CODE_URL = env.text("ETHICS_CODE_URL", "")
CONSUMER_SITE_URL = env.text("CONSUMER_SITE_URL", "https://www.economie.gouv.fr/mediation-conso")
CONCILIATOR_SITE_URL = env.text("CONCILIATOR_SITE_URL", "https://www.conciliateurs.fr/")
# Where an article of law is read; {query} is replaced by its number and code.
LEGIFRANCE_URL = env.text(
    "LEGIFRANCE_URL", "https://www.legifrance.gouv.fr/search/all?tab_selection=all&searchField=ALL&query={query}"
)
# Where « Quitter vite » leads: a page everybody has a reason to have open. No referrer goes there.
QUICK_EXIT_URL = env.text("QUICK_EXIT_URL", "https://meteofrance.com/")
# A map's page for the way to an office, followed by a click; {address} is replaced. Empty: none.
ITINERARY_URL = env.text("ITINERARY_URL", "https://www.openstreetmap.org/directions?to={address}")
PUBLISHER = env.text("PUBLISHER", "")
HOST = env.text("HOST", "")
CONTACT_EMAIL = env.text("CONTACT_EMAIL", "contact@example.org")
# On letters that are posted: a number to call, and the lines of an address (separated by commas), where there is one.
ASSISTANCE_PHONE = env.text("ASSISTANCE_PHONE", "")
POSTAL_ADDRESS = env.words("POSTAL_ADDRESS", "")

INSTALLED_APPS = [
    "allomediateur.configuration",
    "allomediateur.trail",
    "allomediateur.accounts",
    "allomediateur.notify",
    "allomediateur.directory",
    "allomediateur.agenda",
    "allomediateur.support",
    "allomediateur.cases",
    "allomediateur.content",
    "allomediateur.worker",
    "allomediateur.web.ui",
    "allomediateur.web.public",
    "allomediateur.web.client",
    "allomediateur.web.mediator",
    "allomediateur.web.staff",
    "allomediateur.web.api",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "procrastinate.contrib.django",
    "django_htmx",
    "js_lib_leaflet",
    "lucide",
    "ninja",
    "phonenumber_field",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "allomediateur.web.ui.middleware.headers",
    "allomediateur.web.ui.admission.middleware",
    "allomediateur.web.ui.conditional.middleware",
    "django.middleware.gzip.GZipMiddleware",
    "allomediateur.web.ui.replicas.remember",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allomediateur.web.ui.middleware.doors",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "allomediateur" / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "allomediateur.web.ui.context.site",
            ],
        },
    }
]
FORM_RENDERER = "allomediateur.web.ui.forms.Renderer"

DATABASES = {"default": env.database(seconds=env.number("STATEMENT_SECONDS", 0)), **env.replicas()}
DATABASE_ROUTERS = ["config.postgresql.replicas.Router"]
REPLICA_LATE_SECONDS = env.number("REPLICA_LATE_SECONDS", 30)
"""How far behind a replica may be and still be read. Who has just changed something reads none that is behind that."""
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Limits of sign-in live in it: full, it would forget some of them, whoever's they are. What is over leaves each hour.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 10_000_000},
    }
}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["allomediateur.accounts.hashers.CappedArgon2"]
HASHES_AT_ONCE = env.number("HASHES_AT_ONCE", 2)
READERS_AT_ONCE = env.number("READERS_AT_ONCE", 4)
READERS_WAITING = env.number("READERS_WAITING", 4)
"""Of a process: searches and pages only read that are served at the same time, and that wait a second for their turn;
the others are told to come back (web.ui.admission). Bookings take the threads that are left: there must be some."""
LIMITS = {
    "hold": (40, env.number("HOLDS_A_NETWORK_AN_HOUR", 120)),
    "hold_person": (20, env.number("HOLDS_A_PERSON_AN_HOUR", 60)),
    "letter": (8, env.number("LETTERS_AN_ADDRESS_A_DAY", 12) / 24),
    "code": (6, 12),
    "export": (3, 1),
    "file": (20, 30),
    "api": (60, env.number("API_CALLS_A_PERSON_AN_HOUR", 1800)),
    "reveal": (20, env.number("REVEALS_A_PERSON_AN_HOUR", 20)),
    "reveal_network": (60, env.number("REVEALS_A_NETWORK_AN_HOUR", 10)),
    "invitation": (10, 5),
    "mandate": (10, env.number("MANDATES_A_NETWORK_AN_HOUR", 20)),
    "guest": (12, env.number("GUESTS_A_PERSON_AN_HOUR", 6)),
    "guest_network": (30, env.number("GUESTS_A_NETWORK_AN_HOUR", 30)),
    "answer": (10, 10),
    "support": (10, env.number("MESSAGES_A_NETWORK_AN_HOUR", 20)),
    "wait": (10, env.number("WAITS_A_NETWORK_AN_HOUR", 20)),
    "intake": (20, env.number("INTAKES_A_NETWORK_AN_HOUR", 30)),
}
"""How many at once, then how many an hour (web.ui.limiting): holds of a network and of a person, letters to an
unproven address, codes typed in a browser, exports of one's data, files sent by a person, invitations of a mediator,
bookings on mandate from a network, guests invited to appointments by a person and from a network, a guest's answers,
messages to the assistance (of a network, and of a person), calls of a person's programs, contact details asked for by
a person and from a network, waiting lists joined from a network, requests begun and sent from a network."""
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "account_landing"
LOGOUT_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "allomediateur.web.client.account_adapter.Adapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 10 * 60  # some mail servers make a first letter wait
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "length": 6, "dashed": False}
ACCOUNT_FORMS = {
    name: f"allomediateur.web.client.account_forms.{form}"
    for name, form in {
        "login": "Login",
        "signup": "Signup",
        "request_login_code": "RequestCode",
        "confirm_login_code": "LoginCode",
        "confirm_email_verification_code": "EmailCode",
        "reset_password": "ResetPassword",
        "reset_password_from_key": "NewPassword",
        "change_password": "ChangePassword",
        "set_password": "SetPassword",
        "add_email": "ChangeAddress",
    }.items()
} | {"reauthenticate": "allomediateur.web.client.second_factor_forms.Again"}
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
MFA_ADAPTER = "allomediateur.web.client.second_factor_adapter.Adapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = BRAND
MFA_TOTP_TOLERANCE = 1  # a code typed at the last second (RFC 6238, 5.2); none serves twice (web.client)
MFA_FORMS = {
    name: f"allomediateur.web.client.second_factor_forms.{form}"
    for name, form in {
        "authenticate": "Code",
        "reauthenticate": "CodeAgain",
        "activate_totp": "AddApp",
        "add_webauthn": "AddKey",
    }.items()
}
ALLAUTH_TRUSTED_PROXY_COUNT = env.number("TRUSTED_PROXIES", 0)

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", _("Français")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
USE_THOUSAND_SEPARATOR = False  # pages write numbers by scheduling.wording; ids in addresses stay whole
PHONENUMBER_DEFAULT_REGION = "FR"

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "allomediateur" / "web" / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "allomediateur.web.ui.static.Storage"},
}

WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = (*Compressor.SKIP_COMPRESS_EXTENSIONS, "map")
SILENCED_SYSTEM_CHECKS = ["auth.W004"]  # User.email is unique by a constraint on its lower case

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "allomediateur.web.ui.errors.csrf_failure"
CSRF_TRUSTED_ORIGINS = [SITE_URL] if HTTPS else []
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS and ALLAUTH_TRUSTED_PROXY_COUNT else None
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 400
DATA_UPLOAD_MAX_NUMBER_FILES = 1  # no form asks for two: what one request may hold is bounded
FILE_UPLOAD_HANDLERS = ["allomediateur.web.ui.uploads.Bounded"]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# Letters go out by SMTP when EMAIL_HOST is set; in the demo they are only kept, to be read at /demo/courrier/.
EMAIL_HOST = env.text("EMAIL_HOST", "")
EMAIL_PORT = env.number("EMAIL_PORT", 587)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS", default=EMAIL_PORT == 587)
EMAIL_USE_SSL = env.flag("EMAIL_USE_SSL", default=EMAIL_PORT == 465)
EMAIL_TIMEOUT = 10
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", f"{BRAND} <rendez-vous@example.org>")
BOUNCE_SECRET = env.text("BOUNCE_SECRET", "")
"""What a mail server on another machine shows to hand over letters that came back; without it nobody may."""

# SMS leave by an engine when there is one whole: « brevo », or « console » (kept, to be read at /demo/courrier/sms/).
SMS_ENGINE = env.text("SMS_ENGINE", "console" if DEMO else "")
SMS_URL = env.text("SMS_URL", "").rstrip("/")
SMS_KEY = env.text("SMS_KEY", "")
SMS_SENDER = env.text("SMS_SENDER", "")

PROCRASTINATE_IMPORT_PATHS = ["allomediateur.worker.tasks"]
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = ""  # the worker imports the path above; pages do not

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.text("LOG_LEVEL", "INFO")},
    "loggers": {"procrastinate": {"level": "WARNING"}},
}
