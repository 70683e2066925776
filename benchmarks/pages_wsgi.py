"""The door of the pages, as config.wsgi, with the address of `pages_urls` besides."""

from django.conf import settings

from config.wsgi import application

settings.ROOT_URLCONF = "benchmarks.pages_urls"
__all__ = ["application"]
