import pytest
from django.templatetags.static import static


def test_a_misspelt_static_file_is_seen_before_anything_is_collected() -> None:
    assert static("css/base.css") == "/static/css/base.css"
    with pytest.raises(ValueError, match=r"css/bass\.css"):
        static("css/bass.css")
