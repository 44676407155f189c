"""The picture of a QR holds the text that it was made of."""

import pytest

from client.cbdc.errors import BadQr, BadTlv
from client.cbdc.picture import save_picture, terminal_picture

TEXT = "00020101021129370016A000000677010111011300668012345675802TH530376463046197"


def test_a_picture_shows_the_text_to_a_camera(tmp_path):
    cv2 = pytest.importorskip("cv2")
    path = tmp_path / "qr.png"

    save_picture(TEXT, path)

    seen, _points, _straight = cv2.QRCodeDetector().detectAndDecode(cv2.imread(str(path)))
    assert seen == TEXT


def test_a_drawing_is_svg(tmp_path):
    path = tmp_path / "qr.svg"

    save_picture(TEXT, path)

    assert "<svg" in path.read_text(encoding="utf-8")


def test_a_terminal_shows_square_lines():
    lines = terminal_picture(TEXT).splitlines()

    assert len(lines) > 15
    assert len({len(line) for line in lines if line}) == 1


def test_another_suffix_is_refused(tmp_path):
    with pytest.raises(BadQr, match=r"svg or \.png"):
        save_picture(TEXT, tmp_path / "qr.jpg")


def test_a_text_that_no_qr_holds_is_refused():
    with pytest.raises(BadTlv):
        terminal_picture("x" * 3_000)
