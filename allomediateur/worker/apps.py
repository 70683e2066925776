from importlib import import_module

from django.apps import AppConfig


class WorkerConfig(AppConfig):
    name = "allomediateur.worker"

    def ready(self) -> None:
        """Registers the checks of production."""
        import_module("allomediateur.worker.deploying")
