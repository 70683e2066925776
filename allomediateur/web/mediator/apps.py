from django.apps import AppConfig


class MediatorConfig(AppConfig):
    name = "allomediateur.web.mediator"
    label = "web_mediator"
