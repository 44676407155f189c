"""From a staff list to a roll without names: Thai, spreadsheets' forms, each refused row named."""

import pytest

from client.voting.staff import (
    BadList,
    Person,
    number_of,
    read_people,
    read_staff,
    read_subjects,
    write_people,
)
from contracts.voting.core.messages import VoterClass

SIDS = {f"100{number}": bytes([number]) * 32 for number in range(1, 6)}
SUBJECTS = "number,sid\n" + "".join(f"{one},0x{sid.hex()}\n" for one, sid in SIDS.items())
ONE = (VoterClass(name_th="สมาชิก", name_en="Members", weight=1, joins=None),)
TWO = (*ONE, VoterClass(name_th="กรรมการ", name_en="Board", weight=2, joins=None))
HEAD = "number,name,email,class\n"


def test_a_spreadsheets_list_with_mark_thai_names_and_line_ends_is_read():
    text = "\ufeff" + HEAD.replace("\n", "\r\n")
    text += '1001,"ใจดี, สมชาย",somchai@example.go.th,สมาชิก\r\n\r\n1002,น้ำผึ้ง  ดีงาม,n@x.th,board\r\n'

    found = read_staff(text, SIDS, TWO)

    assert found.refused == []
    assert [(one.name, one.email, one.class_id) for one in found.people] == [
        ("ใจดี, สมชาย", "somchai@example.go.th", 0),
        ("น้ำผึ้ง ดีงาม", "n@x.th", 1),
    ]
    assert {entry.sid for entry in found.roll} == {SIDS["1001"], SIDS["1002"]}


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_columns_of_other_names_are_mapped_and_other_separators_seen(delimiter):
    columns = {"number": "เลขประจำตัว", "name": "ชื่อ-สกุล", "email": "อีเมล"}
    rows = [["เลขประจำตัว", "ชื่อ-สกุล", "แผนก", "อีเมล"], ["๑๐๐-๑", "ก ข", "บัญชี", "a@b.th"]]
    text = "\n".join(delimiter.join(row) for row in rows)

    found = read_staff(text, SIDS, ONE, columns)

    assert found.people == [Person(name="ก ข", email="a@b.th", sid=SIDS["1001"], class_id=0)]


def test_numbers_are_compared_without_separators_and_in_any_digits():
    assert number_of(" ๑-๒๓๔๕ 67.8 ") == "12345678"


def test_each_refused_row_is_named_by_its_line_and_reason_and_the_rest_stands():
    text = HEAD + "\n".join(
        [
            "1001,ก,a@b.th,1",
            "9999,ข,b@b.th,1",
            "1001,ค,c@b.th,1",
            "1002,,d@b.th,1",
            "1003,ง,no address,1",
            "1003,ง,e@b.th,3",
            ",จ,f@b.th,1",
            "1004,ฉ,g@b.th",
            "1005,ช,h@b.th,2",
        ]
    )

    found = read_staff(text, SIDS, TWO)

    assert [one.name for one in found.people] == ["ก", "ช"]
    reasons = {one.line: one.reason for one in found.refused}
    assert reasons == {
        3: "nobody of this number is known in identity",
        4: "the number is that of line 2",
        5: "there is no name",
        6: "'no address' is no e-mail address",
        7: "'3' is no class of the election",
        8: "there is no number",
        9: "'' is no class of the election",
    }


def test_two_numbers_of_one_subject_are_one_voter():
    found = read_staff(
        HEAD + "1001,ก,a@b.th,1\n1002,ข,b@b.th,1\n", SIDS | {"1002": SIDS["1001"]}, ONE
    )

    assert [one.reason for one in found.refused] == ["the subject is that of line 2"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("number,name\n", "no column 'email'"),
        ("number,name,email\n", "no column 'class'"),
        ("", "no CSV with a header"),
        (HEAD + '1001,"ก,a@b.th,1\n', "line 2: no CSV"),
    ],
)
def test_a_list_of_other_columns_is_refused_as_a_whole(text, said):
    with pytest.raises(BadList, match=said):
        read_staff(text, SIDS, TWO)


def test_subjects_are_read_by_number_and_a_number_has_one():
    assert read_subjects(SUBJECTS) == SIDS
    with pytest.raises(BadList, match="line 7: this number has another subject"):
        read_subjects(SUBJECTS + f"1001,0x{'09' * 32}\n")
    with pytest.raises(BadList, match="line 2: 'x' is no subject"):
        read_subjects("number,sid\n1001,x\n")


def test_what_the_office_keeps_is_read_back_and_the_roll_names_nobody():
    found = read_staff(HEAD + '1001,"ก, ข",a@b.th,1\n1002,ค,c@b.th,2\n', SIDS, TWO)

    assert read_people(write_people(found.people)) == found.people
    assert not any(name in repr(found.roll) for name in ("ก", "1001", "a@b.th"))
