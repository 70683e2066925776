from django.apps import AppConfig


class ContentConfig(AppConfig):
    name = "allomediateur.content"
    label = "content"
