from whitenoise.storage import CompressedManifestStaticFilesStorage


class Storage(CompressedManifestStaticFilesStorage):
    """Hashed and compressed; modules that import each other (`./x.js`) are rewritten to hashed names."""

    support_js_module_import_aggregation = True
