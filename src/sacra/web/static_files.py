"""Static files under names that hold their content, also where one module imports another."""

from __future__ import annotations

from whitenoise.storage import (  # type: ignore[import-untyped]  # it ships no types
    CompressedManifestStaticFilesStorage,
)

_, _IMPORTS = CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns


class ModuleStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # as above
    """Imports inside our modules name the hashed file: a change reaches everybody at once.

    Django's own switch for it (`support_js_module_import_aggregation`) reads the scripts of other
    packages too, and stops at an `import` in a comment of htmx.
    """

    patterns = (*CompressedManifestStaticFilesStorage.patterns, ("sacra/*.js", _IMPORTS))
