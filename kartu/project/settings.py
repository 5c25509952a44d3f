"""Settings. Everything a firm may change comes from the environment; all else is decided here.

KARTU_DATA      folder of the firm's data (database, files, secret key); default: data/ beside the program
KARTU_PORT      port of the web server, default 8420
KARTU_BIND      address of the web server, default 127.0.0.1: this computer only
KARTU_DATABASE  postgresql://user:password@host:port/name; without it SQLite in the data folder
KARTU_DEBUG     1 shows tracebacks in the browser; refused on any address but loopback
KARTU_ADDRESS   how people reach it from outside, for links in letters: https://crm.example.com
KARTU_HOSTS     further host names the server answers to, comma-separated
KARTU_IDLE_HOURS, KARTU_SESSION_DAYS   when a sign-in ends: after the last visit, and after it began at most
"""

import atexit
import os
import secrets
import shutil
import sys
import tempfile
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.utils.translation import gettext_lazy as _

from kartu.core.hosts import is_number
from kartu.project import place

BASE_DIR = place.BASE_DIR
DEBUG = place.DEBUG
TESTING = "pytest" in sys.modules
# Tests have a folder of their own, whatever KARTU_DATA says: they must never touch a firm's data.
DATA_DIR = Path(tempfile.mkdtemp(prefix="kartu-test-")) if TESTING else place.DATA_DIR
if TESTING:
    atexit.register(shutil.rmtree, DATA_DIR, ignore_errors=True)


def secret_key() -> str:
    """The key of this installation, made at first use and readable by its owner only."""
    if TESTING:
        return "only-for-tests"
    path = DATA_DIR / "secret.key"
    if not path.exists():
        DATA_DIR.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(48))
    return path.read_text().strip()


MAPPED_MB = int(os.environ.get("KARTU_MAPPED_MB") or place.MAPPED_MB)
# What lies beyond is read through a cache of each connection: 64 MB in the web server, as far as pages fill it.
CACHE_KB = max(20_000, MAPPED_MB * 32)

# Seconds that somebody at the screen waits for others who write, before he is told so; work in the background waits on.
LOCK_WAIT = int(os.environ.get("KARTU_LOCK_WAIT") or 0)


def database(url: str, name: str = "kartu.sqlite3", synchronous: str = "FULL") -> dict:
    """Connection settings: PostgreSQL by its URL, or without one an SQLite file in the data folder."""
    if url:
        parts = urlsplit(url)
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": parts.path.lstrip("/"),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "",
            "PORT": parts.port or "",
            "CONN_MAX_AGE": 600,
            "CONN_HEALTH_CHECKS": True,
            "ATOMIC_REQUESTS": False,
            "OPTIONS": {"options": f"-c lock_timeout={LOCK_WAIT}s"} if LOCK_WAIT else {},
        }
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": DATA_DIR / name,
        "TEST": {"NAME": DATA_DIR / f"test-{name}"},  # a file as in real life: in memory the locks are others
        "CONN_MAX_AGE": None,
        "ATOMIC_REQUESTS": False,  # with IMMEDIATE it would make every GET a writer
        "OPTIONS": {
            "timeout": LOCK_WAIT or 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": (
                f"PRAGMA journal_mode=WAL; PRAGMA synchronous={synchronous}; PRAGMA foreign_keys=ON;"
                f"PRAGMA mmap_size={MAPPED_MB << 20}; PRAGMA cache_size=-{CACHE_KB}; PRAGMA temp_store=MEMORY;"
            ),
        },
    }


SECRET_KEY = secret_key()
# How SQLite keeps what it has answered from a power cut; `kartu check` verifies it. The log of views may lose its last
# second, and must never make a reader wait for a writer.
SYNCHRONOUS = {"default": "OFF" if TESTING else "FULL", "views": "NORMAL"}
DATABASES = {"default": database(os.environ.get("KARTU_DATABASE", ""), synchronous=SYNCHRONOUS["default"])}
if "sqlite3" in DATABASES["default"]["ENGINE"] and not TESTING:
    DATABASES["views"] = database("", "views.sqlite3", SYNCHRONOUS["views"])
DATABASE_ROUTERS = ["kartu.security.routers.ViewsRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

ADDRESS = (os.environ.get("KARTU_ADDRESS") or place.ADDRESS).rstrip("/")
# The same by a name, which passkeys need; the firm's own network is entered by a bare number as well.
NAMED_ADDRESS = ADDRESS
if is_number(urlsplit(ADDRESS).hostname or ""):
    NAMED_ADDRESS = f"https://{place.COMPUTER}.local:{place.PORT}" if place.IS_LAN else f"http://localhost:{place.PORT}"
FURTHER_HOSTS = os.environ.get("KARTU_HOSTS", "").split(",")
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", place.HOST, *filter(None, FURTHER_HOSTS)]
# Of HTTPS in the firm's network; the web server makes it (certificates.py).
LAN_CERTIFICATE = DATA_DIR / "lan.crt" if place.IS_LAN else None
if place.IS_LAN:
    ALLOWED_HOSTS += [place.COMPUTER, f"{place.COMPUTER}.local"]

# Of one access token, in each web process.
CALLS_PER_MINUTE = max(1, int(os.environ.get("KARTU_CALLS_PER_MINUTE") or 600))

# From the lowest tier to the highest; pyproject.toml holds the same order against imports.
KARTU_APPS = ["core", "firm", "security", "records", "search", "notifications", "clients", "planner"]
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.staticfiles",
    "django_tasks",
    *(f"kartu.{app}" for app in KARTU_APPS),
]

MIDDLEWARE = [
    "kartu.core.middleware.security_headers",
    "kartu.core.trouble.no_writing_on_a_broken_disk",
    "kartu.core.compression.CompressPages",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "kartu.security.tokens.Programs",
    "kartu.security.origin.middleware",
    "kartu.firm.middleware.person",
    "kartu.firm.entry.within_limits",
    "kartu.records.idempotency.AnswerOnce",
    "kartu.firm.views.due.SecondStepDue",
    "kartu.security.views.held.HeldBack",
    "kartu.core.access.AccessMiddleware",
]

ROOT_URLCONF = "kartu.project.urls"
ASGI_APPLICATION = "kartu.project.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "kartu.core.context.shell",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "kartu.core.templatetags.ui",
                "kartu.core.templatetags.formats",
            ],
        },
    }
]

AUTH_USER_MODEL = "firm.User"
# E-mail is unique whatever its case, by a constraint that this check does not know.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
AUTHENTICATION_BACKENDS = ["kartu.firm.auth.Backend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("name", "email")},
    },
]
LOGIN_URL = "firm:sign_in"
LOGIN_REDIRECT_URL = "/"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("id", "Bahasa Indonesia"), ("ru", "Русский")]
LOCALE_PATHS = [BASE_DIR / "kartu" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "build" / "frontend"
FRONTEND_MANIFEST = STATIC_ROOT / "manifest.json"
PAPER_FONTS = BASE_DIR / "build" / "frontend" / "paper"

MEDIA_ROOT = DATA_DIR / "files"
MAX_FILE_SIZE = 100 * 1024 * 1024
MAX_REQUEST_BODY = MAX_FILE_SIZE + 1024 * 1024  # a file with the form around it
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

# Under HTTPS a cookie of this name is taken from this very host alone: a neighbour on the network cannot plant one.
HOST_ONLY = "__Host-" if place.IS_LAN else ""
SESSION_COOKIE_NAME = f"{HOST_ONLY}kartu_session"
CSRF_COOKIE_NAME = f"{HOST_ONLY}kartu_csrf"
LANGUAGE_COOKIE_NAME = f"{HOST_ONLY}kartu_language"
LANGUAGE_COOKIE_SECURE = place.IS_LAN
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
# A sign-in ends so long after the last visit, and so long after it began at most.
IDLE_HOURS = float(os.environ.get("KARTU_IDLE_HOURS") or 12)
SESSION_DAYS = float(os.environ.get("KARTU_SESSION_DAYS") or 7)
SESSION_ENGINE = "kartu.firm.sessions"
SESSION_COOKIE_AGE = int(SESSION_DAYS * 24 * 3600)
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = place.IS_LAN
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "kartu.core.views.errors.forged"
X_FRAME_OPTIONS = "DENY"

TASKS = {
    "default": {
        "BACKEND": "kartu.core.jobs.backend.QueueBackend",
        "QUEUES": ["default", "long", "events", "mail", "push", "sms", "telegram", "bot"],
    }
}

# Where push messages may go besides the makers of the known browsers, as "https://host:port".
PUSH_SERVICES = list(filter(None, os.environ.get("KARTU_PUSH_SERVICES", "").split(",")))

# A file that stands for an SMS gateway: a line of JSON for each SMS.
SMS_FILE = os.environ.get("KARTU_SMS_FILE", "")

# Where Telegram's interface for bots is; a server of one's own may stand in the firm's network.
TELEGRAM_API = (os.environ.get("KARTU_TELEGRAM_API") or "https://api.telegram.org").rstrip("/")

# Ports on which mail servers listen: the program is not to be used to knock at others.
MAIL_PORTS = [25, 465, 587, 2525]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        # A failed job is logged where it fails, once.
        "django_tasks": {"level": "CRITICAL"},
        # An address that is not there, or a person who may not, is no news for whoever watches the console.
        "django.request": {"level": "ERROR"},
    },
}
APP_NAME = _("Kartu")
