"""The bounded map: it never holds more than its bound, and forgets what was used longest ago."""

from hypothesis import given
from hypothesis import strategies as st

from primitives.recent import Recent


def test_what_was_used_longest_ago_is_forgotten_first():
    recent = Recent(2)
    recent.put("a", 1)
    recent.put("b", 2)

    recent.get("a")
    recent.put("c", 3)

    assert [recent.get(key) for key in "abc"] == [1, None, 3]


def test_a_new_value_makes_its_key_the_newest():
    recent = Recent(2)
    recent.put("a", 1)
    recent.put("b", 2)

    recent.put("a", 3)
    recent.put("c", 4)

    assert ("a" in recent, "b" in recent, "c" in recent) == (True, False, True)


def test_looking_whether_a_key_is_there_is_no_use_of_it():
    recent = Recent(1)
    recent.put("a", 1)

    assert "a" in recent
    recent.put("b", 2)

    assert "a" not in recent
    assert recent.pop("b") == 2
    assert recent.pop("b") is None
    assert len(recent) == 0


acts = st.lists(st.tuples(st.sampled_from(["get", "put", "pop"]), st.integers(0, 9)), max_size=60)


@given(acts, st.integers(1, 5))
def test_it_agrees_with_a_list_in_the_order_of_use(acts, count_max):
    recent, model = Recent(count_max), []

    for number, (act, key) in enumerate(acts):
        value = dict(model).get(key)
        if act == "put":
            recent.put(key, number)
        else:
            assert getattr(recent, act)(key) == value
        if act == "put" or value is not None:
            kept = [(k, v) for k, v in model if k != key]
            newest = {"put": [(key, number)], "get": [(key, value)], "pop": []}[act]
            model = [*kept, *newest][-count_max:]
        assert len(recent) == len(model)
        assert all(k in recent for k, _ in model)
