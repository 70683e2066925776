from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "allomediateur.cases"
