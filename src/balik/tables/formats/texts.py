"""Numbers that stand as text in a workbook or a data frame: `Rp 8.161.000`, `12,5`.

One such text can mean two numbers: `1.234`. Another text of the same column may decide (`12,5` and `8.161.000` show
that its commas are decimal); where nothing does, it is a problem and never a guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from unicodedata import normalize

from ...words import Sentence, say

#: Signs and words of a currency that may stand before or after an amount.
MONEY = {"IDR": ("rp.", "rp", "idr"), "USD": ("us$", "$", "usd"), "EUR": ("€", "eur"), "GBP": ("£", "gbp")}

_POINT = re.compile(r"\d+\.\d+|\.\d+")  # one point
_COMMA = re.compile(r"\d+,\d+|,\d+")
_GROUPED_BY_POINT = re.compile(r"[1-9]\d{0,2}(\.\d{3})+(,\d+)?")
_GROUPED_BY_COMMA = re.compile(r"[1-9]\d{0,2}(,\d{3})+(\.\d+)?")
_DOUBTFUL = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")


_SPACES = re.compile("[\u00a0\u2007\u202f]")
_UNSEEN = re.compile("[\u200b\u2060\ufeff]")


def clean(text: str) -> str:
    """The text without white space around it; hard spaces become plain ones, signs without width go.

    A letter and its accent become one sign (Unicode NFC): which of the two forms a file has is nobody's choice.

    >>> clean(" Kota\\u00a0Bandung\\u200b ")
    'Kota Bandung'
    >>> len(clean("Sape\u0301")), clean("Sape\u0301") == "Sap\u00e9"
    (4, True)
    """
    if not text.isascii():
        text = normalize("NFC", _UNSEEN.sub("", _SPACES.sub(" ", text)))
    return text.strip()


def read_texts(texts: Iterable[str], currency: str) -> dict[str, str | Sentence]:
    """Each text of a column as a number with a point; a Sentence where it can be two numbers.

    Texts that are no numbers stay as they are: the typing of the column says what is wrong with them.

    >>> read_texts(["Rp 8.161.000", "12,5", "1.234"], "IDR")
    {'Rp 8.161.000': '8161000', '12,5': '12.5', '1.234': '1234'}

    `currency`: that of the case, where the column may hold money; blank where a sign of money does not belong.
    """
    bare = {text: _without_money(text, currency) for text in dict.fromkeys(texts)}
    signs = {_decimal_sign(body) for body in bare.values()} - {None}
    decimal = signs.pop() if len(signs) == 1 else None
    return {text: _number(body, decimal) for text, body in bare.items()}


def _without_money(text: str, currency: str) -> str:
    """The text without the sign of the case's currency and the hard spaces in it."""
    body = " ".join(text.split())
    low = body.lower()
    for sign in (*MONEY.get(currency.upper(), ()), currency.lower()):
        if low.startswith(sign) and len(body) > len(sign) and not body[len(sign)].isalpha():
            body = body[len(sign) :].strip()
            break
        if low.startswith(f"-{sign}"):
            body = "-" + body[len(sign) + 1 :].strip()
            break
    if body.endswith(",-"):  # Rp 5.000,- has decimal commas
        body = body[:-1] + "0"
    return body


def _digits(body: str) -> str:
    return body[1:].lstrip() if body[:1] in ("-", "+") else body


def _decimal_sign(body: str) -> str | None:
    """The decimal sign that the text shows without a doubt; None where it shows none."""
    digits = _digits(body)
    if _DOUBTFUL.fullmatch(digits):
        return None
    if _GROUPED_BY_POINT.fullmatch(digits):
        return ","
    if _GROUPED_BY_COMMA.fullmatch(digits):
        return "."
    if _COMMA.fullmatch(digits):
        return ","
    return "." if _POINT.fullmatch(digits) else None


def _number(body: str, decimal: str | None) -> str | Sentence:
    digits = _digits(body)
    if _DOUBTFUL.fullmatch(digits) and decimal is None:
        whole, part = re.sub(r"[.,]", "", body), body.replace(",", ".")
        return say(
            "'{text}' is text and can be {whole} or {part}; nothing in the column decides.",
            text=body,
            whole=whole,
            part=part,
        )
    own = _decimal_sign(body) or decimal
    if own == "," and (_GROUPED_BY_POINT.fullmatch(digits) or _COMMA.fullmatch(digits)):
        return body.replace(".", "").replace(",", ".").replace(" ", "")
    if own == "." and (_GROUPED_BY_COMMA.fullmatch(digits) or _POINT.fullmatch(digits)):
        return body.replace(",", "").replace(" ", "")
    return body
