from django.apps import AppConfig


class ConfigurationConfig(AppConfig):
    name = "allomediateur.configuration"
    label = "configuration"
