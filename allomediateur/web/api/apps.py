from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "allomediateur.web.api"
    label = "web_api"
