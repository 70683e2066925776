from django.apps import AppConfig


class StaffConfig(AppConfig):
    name = "allomediateur.web.staff"
    label = "web_staff"
