"""The scenarios of the reference implementation of SD-JWT, one by one: what is hidden and shown.

`H` hides a value. `chosen` are the places that the holder shows; a place within a hidden one needs
that too. Source: the specification files of openwallet-foundation-labs/sd-jwt-python (Apache-2.0),
in `tests/testcases` and `examples`. Our verdict on each is in test_scenarios.py.
"""

from dataclasses import dataclass
from typing import Any

from client.identity.disclosures import Hidden, Path


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """Claims, what is shown of them, and what is then seen."""

    claims: dict[str, Any]
    chosen: tuple[Path, ...] = ()
    seen: dict[str, Any]


H = Hidden
STREET = {"street_address": "123 Main St", "locality": "Anytown", "country": "US"}
HOME = {"street": "123 Main St", "city": "Anytown", "type": "main_address"}
OTHER_HOME = {"street": "456 Main St", "city": "Anytown", "type": "secondary_address"}
TYPES = (None, 42, 3.14, "foo", True, ["Test"], {"foo": "bar"})
NAMES = ("null", "42", "3.14", "foo", "True", '["Test"]', '{"foo": "bar"}')
JOHN = {
    "sub": H("john_doe_42"),
    "given_name": H("John"),
    "family_name": H("Doe"),
    "email": H("johndoe@example.com"),
    "address": H(STREET),
    "birthdate": H("1940-01-01"),
}
JOHN_CHOSEN = (("given_name",), ("family_name",), ("address",))
JOHN_SEEN = {"given_name": "John", "family_name": "Doe", "address": STREET}
RECURSIVE = ["boring", H({"foo": "bar", "baz": H({"qux": "quux"})}), [H("foo"), H("bar")]]


def all_of(name: str, keys) -> tuple[Path, ...]:
    return tuple((name, key) for key in keys)


SCENARIOS = {
    "array_data_types": Scenario(
        claims={"data_types": [H(value) for value in TYPES]},
        chosen=all_of("data_types", range(len(TYPES))),
        seen={"data_types": list(TYPES)},
    ),
    "array_full_sd": Scenario(
        claims={"is_over": {"13": H(True), "18": H(False), "21": H(False)}},
        chosen=(("is_over", "18"),),
        seen={"is_over": {"18": False}},
    ),
    "array_in_sd": Scenario(
        claims={"sd_array": H([32, 23])},
        chosen=(("sd_array",),),
        seen={"sd_array": [32, 23]},
    ),
    "array_nested_in_plain": Scenario(
        claims={"nested_array": [[H("foo"), H("bar")], [H("baz"), H("qux")]]},
        chosen=(("nested_array", 0, 0), ("nested_array", 1, 1)),
        seen={"nested_array": [["foo"], ["qux"]]},
    ),
    "array_none_disclosed": Scenario(
        claims={"is_over": {"13": H(False), "18": H(True), "21": H(False)}},
        seen={"is_over": {}},
    ),
    "array_of_nulls": Scenario(
        claims={"null_values": [None, H(None), H(None), None]},
        seen={"null_values": [None, None]},
    ),
    "array_of_objects": Scenario(
        claims={"addresses": [HOME, H(OTHER_HOME)], "one": [H({"foo": "bar"})]},
        chosen=(("addresses", 1), ("one", 0)),
        seen={"addresses": [HOME, OTHER_HOME], "one": [{"foo": "bar"}]},
    ),
    "array_of_scalars": Scenario(
        claims={"nationalities": [H("US"), H("CA"), "DE"]},
        chosen=(("nationalities", 1),),
        seen={"nationalities": ["CA", "DE"]},
    ),
    "array_recursive_sd": Scenario(
        claims={"array_with_recursive_sd": RECURSIVE, "test2": [H("foo"), H("bar")]},
        seen={"array_with_recursive_sd": ["boring", []], "test2": []},
    ),
    "array_recursive_sd, some shown": Scenario(
        claims={"array_with_recursive_sd": RECURSIVE, "test2": [H("foo"), H("bar")]},
        chosen=(("array_with_recursive_sd", 1, "baz"), ("test2", 1)),
        seen={
            "array_with_recursive_sd": ["boring", {"foo": "bar", "baz": {"qux": "quux"}}, []],
            "test2": ["bar"],
        },
    ),
    "header_mod": Scenario(claims=JOHN, chosen=JOHN_CHOSEN, seen=JOHN_SEEN),
    "key_binding": Scenario(claims=JOHN, chosen=JOHN_CHOSEN, seen=JOHN_SEEN),
    "object_data_types": Scenario(
        claims={
            "values": {f"test_{number}": H(value) for number, value in enumerate(TYPES)},
            "names": {name: H("key") for name in NAMES},
        },
        chosen=all_of("values", [f"test_{number}" for number in range(len(TYPES))])
        + all_of("names", NAMES),
        seen={
            "values": {f"test_{number}": value for number, value in enumerate(TYPES)},
            "names": dict.fromkeys(NAMES, "key"),
        },
    ),
    "recursions": Scenario(
        claims={
            "foo": [H("one"), H("two")],
            "bar": {"red": H(1), "green": H(2)},
            "qux": [H([H("blue"), H("yellow")])],
            "animals": {
                "snake": H({"name": H("python"), "age": H(10)}),
                "bird": H({"name": H("eagle"), "age": H(20)}),
            },
        },
        chosen=(
            ("foo", 1),
            ("bar", "green"),
            ("qux", 0, 1),
            ("animals", "snake", "age"),
            ("animals", "bird", "age"),
        ),
        seen={
            "foo": ["two"],
            "bar": {"green": 2},
            "qux": [["yellow"]],
            "animals": {"snake": {"age": 10}, "bird": {"age": 20}},
        },
    ),
    "complex_eidas": Scenario(
        claims={
            "verified_claims": {
                "verification": {
                    "trust_framework": "eidas",
                    "evidence": H(
                        [{"type": "document", "document": H({"issuer": H("c"), "number": "1"})}]
                    ),
                },
                "claims": {
                    "given_name": "Raffaello",
                    "gender": H("M"),
                    "place_of_birth": H({"country": "IT", "locality": "Firenze"}),
                },
            },
            "birth_middle_name": "Lello",
        },
        chosen=(
            ("verified_claims", "verification", "evidence"),
            ("verified_claims", "claims", "gender"),
            ("verified_claims", "claims", "place_of_birth"),
        ),
        seen={
            "verified_claims": {
                "verification": {"trust_framework": "eidas", "evidence": [{"type": "document"}]},
                "claims": {
                    "given_name": "Raffaello",
                    "gender": "M",
                    "place_of_birth": {"country": "IT", "locality": "Firenze"},
                },
            },
            "birth_middle_name": "Lello",
        },
    ),
    "simple_array": Scenario(
        claims={
            "sub": "john_doe_42",
            "nationalities": [H("US"), H("CA"), "DE"],
            "addresses": [HOME, H(OTHER_HOME)],
            "null_values": [None, H(None), None],
            "array_with_recursive_sd": RECURSIVE,
            "sd_array": H([32, 23]),
        },
        chosen=(("nationalities", 1),),
        seen={
            "sub": "john_doe_42",
            "nationalities": ["CA", "DE"],
            "addresses": [HOME],
            "null_values": [None, None],
            "array_with_recursive_sd": ["boring", []],
        },
    ),
}
# The rest is about JSON serialization of the token, in which credentials of SD-JWT VC do not come.
REFUSED = ("json_serialization", "json_serialization_flattened", "json_serialization_general")
