from pathlib import Path

import pytest
from django.conf import settings


@pytest.fixture(autouse=True, scope="session")
def static_root() -> None:
    """WhiteNoise warns where nothing was collected; pages name files all the same (web.ui.static)."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
