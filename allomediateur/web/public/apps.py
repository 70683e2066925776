from django.apps import AppConfig


class PublicConfig(AppConfig):
    name = "allomediateur.web.public"
    label = "web_public"
