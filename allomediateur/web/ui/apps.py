from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "allomediateur.web.ui"
    label = "web_ui"
