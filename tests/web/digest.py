"""What the database holds, told in a few words: equal before and after means that nothing was changed."""

from django.db import connection

PASSING = {
    "accounts_bucket",  # limits count what is tried
    "cache",
    "django_session",
    "trail_entry",  # looks are written down
    "usersessions_usersession",  # a device seen again
}
"""Tables that a mere look may write to."""


def digest() -> dict[str, str]:
    """By table: how many rows, and a hash of all of them."""
    tables = sorted(set(connection.introspection.table_names()) - PASSING)
    each = [
        f"SELECT '{one}', count(*) || ' ' || md5(coalesce(string_agg(r::text, ' ' ORDER BY r::text), ''))"  # noqa: S608
        f' FROM "{one}" AS r'
        for one in tables
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(each))
        return dict(cursor.fetchall())


def changed(before: dict[str, str]) -> list[str]:
    """The tables that are no longer what they were."""
    after = digest()
    return [name for name in after if before.get(name) != after[name]]
