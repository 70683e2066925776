from django.apps import AppConfig


class ClientConfig(AppConfig):
    name = "allomediateur.web.client"
    label = "web_client"
