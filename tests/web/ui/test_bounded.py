from allomediateur.web.ui.bounded import Bounded


def test_the_least_lately_used_is_forgotten() -> None:
    memory: Bounded[str, int] = Bounded(2)
    memory.put("one", 1)
    memory.put("two", 2)
    assert memory.get("one") == 1
    memory.put("three", 3)
    assert [memory.get(name) for name in ("one", "two", "three")] == [1, None, 3]
    memory.put("one", 10)
    assert (memory.get("one"), len(memory)) == (10, 2)
