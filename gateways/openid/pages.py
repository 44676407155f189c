"""The gateway's pages, in Thai and English: what will be signed, waiting, and what went wrong.

They need no script and no other host. What is shown of a request is `RequestShown.lines`, the same
lines that a wallet shows before it signs.
"""

import html
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from aiohttp import web

from client.identity.wallet import RequestShown

THAI, ENGLISH = "th", "en"
_STYLE = (
    "body{font:1.05rem/1.5 system-ui,sans-serif;max-width:40rem;margin:2rem auto;padding:0 1rem;"
    "color:#111;background:#fff}dl{display:grid;grid-template-columns:max-content 1fr;"
    "gap:.3rem 1rem}dt{font-weight:600}dd{margin:0;overflow-wrap:anywhere}"
    "button{font:inherit;padding:.6rem 1.4rem;margin:.5rem .5rem 0 0;min-height:2.75rem}"
    "label{display:block;padding:.3rem 0}"
)
_STYLE_HASH = b64encode(sha256(_STYLE.encode()).digest()).decode()
HEADERS = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; "
        "frame-ancestors 'none'; base-uri 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
# The names of a request's lines in Thai; tests hold that there is one for each.
LINES_TH: Mapping[str, str] = {
    "request": "คำขอ",
    "relying party": "หน่วยงานที่ขอ",
    "words": "ข้อความ",
    "purpose": "วัตถุประสงค์",
    "claims of the IdP": "ข้อมูลจากผู้ให้บริการยืนยันตัวตน",
    "data of sources": "ข้อมูลจากแหล่งข้อมูล",
    "kept for": "เก็บไว้นาน",
    "identifiers": "ชนิดหมายเลขประจำตัว",
    "levels": "ระดับความเชื่อมั่น",
    "signed on": "เข้าสู่ระบบไว้ก่อนได้",
    "earlier sign-on": "การใช้การเข้าสู่ระบบเดิม",
    "answered by": "ผู้ยืนยันตัวตน",
    "open for": "คำขอมีอายุ",
    "on behalf of": "ทำแทน",
}
_TEXTS = {
    THAI: {
        "title": "ยืนยันการเข้าสู่ระบบ",
        "lead": "หน่วยงานต่อไปนี้ขอทราบว่าคุณคือใคร สิ่งที่แสดงคือสิ่งที่คุณจะลงนามทั้งหมด",
        "choose": "ยืนยันตัวตนผ่าน",
        "agree": "ดำเนินการต่อ",
        "refuse": "ปฏิเสธ",
        "other": "English",
        "waiting": "รอการยืนยันในแอปของคุณ หน้านี้จะไปต่อเอง",
        "failed": "เข้าสู่ระบบไม่ได้",
        "again": "โปรดกลับไปเริ่มใหม่ที่เว็บไซต์ของหน่วยงาน",
        "out": "ออกจากระบบแล้ว",
        "out?": "ต้องการออกจากระบบหรือไม่",
        "yes": "ออกจากระบบ",
    },
    ENGLISH: {
        "title": "Confirm to sign in",
        "lead": "This agency asks who you are. What is shown here is all that you will sign.",
        "choose": "Confirm with",
        "agree": "Continue",
        "refuse": "Refuse",
        "other": "ภาษาไทย",
        "waiting": "Waiting for you to confirm in your app. This page goes on by itself.",
        "failed": "You cannot be signed in",
        "again": "Please begin again at the agency's site.",
        "out": "You are signed out",
        "out?": "Do you want to sign out?",
        "yes": "Sign out",
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """What the consent page shows: the request, who may carry it, and the form's own secret."""

    shown: RequestShown
    names: tuple[str, str]  # of the application in Thai and English
    idps: Sequence[str]
    form_key: str


def consent(page: Consent, locale: str) -> web.Response:
    """Return the page on which a citizen reads a request, chooses an IdP and goes on."""
    text = _TEXTS[locale]
    name = page.names[0] if locale == THAI else page.names[1]
    rows = "".join(
        f"<dt>{_safe(LINES_TH.get(label, label) if locale == THAI else label)}</dt>"
        f"<dd>{_safe(value)}</dd>"
        for label, value in page.shown.lines()
    )
    many = len(page.idps) > 1
    choices = "".join(
        f'<label><input type="radio" name="idp" value="{_safe(idp)}" required> {_safe(idp)}</label>'
        if many
        else f'<p>{_safe(idp)}<input type="hidden" name="idp" value="{_safe(idp)}"></p>'
        for idp in page.idps
    )
    other = ENGLISH if locale == THAI else THAI
    body = (
        f'<p><a href="?lang={other}" lang="{other}">{text["other"]}</a></p>'
        f"<h1>{text['title']}: {_safe(name)}</h1><p>{text['lead']}</p><dl>{rows}</dl>"
        f'<form method="post"><input type="hidden" name="form_key" value="{_safe(page.form_key)}">'
        f"<fieldset><legend>{text['choose']}</legend>{choices}</fieldset>"
        f'<button name="act" value="agree">{text["agree"]}</button>'
        f'<button name="act" value="refuse" formnovalidate>{text["refuse"]}</button></form>'
    )
    return _page(text["title"], body, locale)


def waiting(locale: str) -> web.Response:
    """Return the page that asks again every two seconds."""
    text = _TEXTS[locale]
    head = '<meta http-equiv="refresh" content="2">'
    return _page(text["title"], f"<h1>{text['waiting']}</h1>", locale, head=head)


def failed(description: str, locale: str, status: int = 400) -> web.Response:
    """Return the page for what cannot be sent back to an application."""
    text = _TEXTS[locale]
    body = (
        f"<h1>{text['failed']}</h1><p>{text['again']}</p><p><code>{_safe(description)}</code></p>"
    )
    return _page(text["failed"], body, locale, status=status)


def signing_out(form: Mapping[str, str], locale: str) -> web.Response:
    """Return the page that asks whether to sign out; `form` is sent along."""
    text = _TEXTS[locale]
    hidden = "".join(
        f'<input type="hidden" name="{_safe(name)}" value="{_safe(value)}">'
        for name, value in form.items()
    )
    body = (
        f'<h1>{text["out?"]}</h1><form method="post">{hidden}<button>{text["yes"]}</button></form>'
    )
    return _page(text["out?"], body, locale)


def signed_out(locale: str) -> web.Response:
    """Return the page at the end."""
    return _page(_TEXTS[locale]["out"], f"<h1>{_TEXTS[locale]['out']}</h1>", locale)


def locale_of(request: web.Request, fallback: str = THAI) -> str:
    """Return the language that a browser chose by the link on the page."""
    chosen = request.query.get("lang", fallback)
    return chosen if chosen in _TEXTS else THAI


def _page(title: str, body: str, locale: str, *, head: str = "", status: int = 200) -> web.Response:
    text = (
        f'<!doctype html><html lang="{locale}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"{head}<title>{_safe(title)}</title><style>{_STYLE}</style></head>"
        f"<body><main>{body}</main></body></html>"
    )
    return web.Response(text=text, content_type="text/html", status=status, headers=HEADERS)


def _safe(value: object) -> str:
    return html.escape(str(value), quote=True)
