"""The demonstration's promises are numbered, and none is left out in silence."""

import ast
from pathlib import Path

from commands import demo
from scenes import programme
from scenes.kit.story import Check
from scenes.programme import SCENES, numbered_checks, promises


def seen_of(scene: str) -> list[Check]:
    return [Check(name=name, seen="as promised", is_kept=True) for name in promises()[scene]]


def test_every_scene_that_the_command_knows_has_promises():
    assert list(SCENES) == list(demo.SCENES) == list(promises())
    assert all(promises().values())


def test_promises_are_shown_in_the_order_of_their_numbers():
    checks = seen_of("payments")

    numbered = numbered_checks("payments", checks[::-1])

    assert numbered == [(f"1.{place}", check) for place, check in enumerate(checks, start=1)]


def test_a_promise_that_is_not_checked_is_broken():
    _, *checks = seen_of("voting")

    [(number, first), *others] = numbered_checks("voting", checks)

    assert (number, first.seen, first.is_kept) == ("4.1", "not checked", False)
    assert all(check.is_kept for _, check in others)


def test_a_check_that_nobody_promised_is_broken():
    checks = [*seen_of("cbdc"), Check(name="money grows on trees", seen="it did", is_kept=True)]

    *promised, (number, last) = numbered_checks("cbdc", checks)

    assert all(check.is_kept for _, check in promised)
    assert (number, last.seen, last.is_kept) == ("-", "not promised; it did", False)


def test_what_a_scene_notes_is_promised_in_the_same_words():
    folder = Path(programme.__file__).parent
    trees = [ast.parse(path.read_text("utf-8")) for path in sorted(folder.rglob("*.py"))]
    noted = {
        call.args[0].value
        for tree in trees
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr == "note"
        and isinstance(call.args[0], ast.Constant)
    }

    assert len(noted) > 50
    assert noted <= {name for names in promises().values() for name in names}
