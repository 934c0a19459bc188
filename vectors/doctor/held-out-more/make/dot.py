"""django-oauth-toolkit, Django REST framework and mozilla-django-oidc in one process, with their logs on stdout."""

import logging
import sys

import django
from django.conf import settings


def client(user=False):
    settings.configure(
        SECRET_KEY="x", ROOT_URLCONF="dot_urls", ALLOWED_HOSTS=["*"], USE_TZ=True, DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "oauth2_provider", "rest_framework", "mozilla_django_oidc"],
        MIDDLEWARE=["django.contrib.sessions.middleware.SessionMiddleware", "django.contrib.auth.middleware.AuthenticationMiddleware"],
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        PASSWORD_HASHERS=["django.contrib.auth.hashers.PBKDF2PasswordHasher"],
        AUTHENTICATION_BACKENDS=["django.contrib.auth.backends.ModelBackend", "mozilla_django_oidc.auth.OIDCAuthenticationBackend"],
        OIDC_RP_CLIENT_ID="portal", OIDC_RP_CLIENT_SECRET="x", OIDC_OP_TOKEN_ENDPOINT="https://sso.example.org/token",
        OIDC_OP_USER_ENDPOINT="https://sso.example.org/userinfo", OIDC_OP_AUTHORIZATION_ENDPOINT="https://sso.example.org/auth",
        LOGGING={"version": 1, "disable_existing_loggers": False, "formatters": {"f": {"format": "{levelname} {asctime} {module} {process:d} {message}", "style": "{"}},
                 "handlers": {"c": {"class": "logging.StreamHandler", "stream": sys.stdout, "formatter": "f"}},
                 "loggers": {"django.request": {"handlers": ["c"], "level": "DEBUG"}, "django.security": {"handlers": ["c"], "level": "DEBUG"},
                             "oauth2_provider": {"handlers": ["c"], "level": "ERROR"}, "mozilla_django_oidc": {"handlers": ["c"], "level": "DEBUG"},
                             "oauthlib": {"handlers": ["c"], "level": "INFO"}}})
    django.setup()
    from django.core.management import call_command
    call_command("migrate", verbosity=0)
    from django.contrib.auth.models import User
    from django.test import Client
    from oauth2_provider.models import Application
    alice = User.objects.create_user("alice")
    app = Application.objects.create(name="web", user=alice, client_type="confidential", redirect_uris="https://app.example/cb",
                                     authorization_grant_type="authorization-code" if user else "client-credentials")
    logging.getLogger("oauth2_provider").setLevel("DEBUG")
    c = Client(raise_request_exception=False)
    if user:
        c.force_login(alice, "django.contrib.auth.backends.ModelBackend")
    return c, app
