"""Schemathesis on the OpenAPI description: whatever is sent, no fault of ours, and answers are as described.

Real names, secrets and starts are mixed in with what it invents, so that it goes past the doors. Its cases are the
same at each run.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from schemathesis import checks

from allomediateur.directory.models import Mediator
from allomediateur.web.api.api import api
from config.wsgi import application
from tests.agenda.steps import code_of, last_letter
from tests.api.asking import KEY, WHO, booked, confirmed, held, program, token_for, wish, with_factor
from tests.factories import make_mediator, make_user, office_of, service_of
from tests.web.times import DAY, MINUTE, NOW, TEN

pytestmark = pytest.mark.django_db
