"""Schemathesis on the OpenAPI description: whatever is sent, no fault of ours, and answers are as described.

Real names, secrets and starts are mixed in with what it invents, so that it goes past the doors. Its cases are the
same at each run.
"""

import pytest

pytestmark = pytest.mark.django_db
