from whitenoise.storage import CompressedManifestStaticFilesStorage

_REWRITES = CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns[1]


class Storage(CompressedManifestStaticFilesStorage):
    """Hashed and compressed; our modules that import each other (`./x.js`) are rewritten to hashed names.

    Only ours: an extension of htmx has `import('htmx')` in a comment, taken for a file.
    """

    support_js_module_import_aggregation = True
    _js_module_import_aggregation_patterns = ("js/*.js", _REWRITES)
