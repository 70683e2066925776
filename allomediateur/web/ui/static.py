from django.contrib.staticfiles import finders
from whitenoise.storage import CompressedManifestStaticFilesStorage

_REWRITES = CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns[1]


class Storage(CompressedManifestStaticFilesStorage):
    """Hashed and compressed; our modules that import each other (`./x.js`) are rewritten to hashed names.

    Only ours: an extension of htmx has `import('htmx')` in a comment, taken for a file.
    """

    support_js_module_import_aggregation = True
    _js_module_import_aggregation_patterns = ("js/*.js", _REWRITES)

    def stored_name(self, name: str) -> str:
        """The hashed name; the plain one before anything was collected (tests). ValueError for a file that is not."""
        if self.hashed_files:
            return str(super().stored_name(name))
        if finders.find(name) is None:
            raise ValueError(f"no such static file: {name}")
        return name
