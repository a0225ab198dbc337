"""Numbers, shares and money as a language writes them: Rp 8,161,000 and 12.3 %, or Rp 8.161.000 and 12,3 %."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ..words import LANGUAGES, Figure, Sentence
from .layout import MONEY

#: Words for thousands, millions and so on.
_SHORT = {
    "en": ((1e12, "tn"), (1e9, "bn"), (1e6, "m"), (1e3, "k")),
    "id": ((1e12, "triliun"), (1e9, "miliar"), (1e6, "jt"), (1e3, "rb")),
}
NONE = "–"


@dataclass(frozen=True)
class Language:
    """Says sentences and writes numbers in one of the languages of balik."""

    code: str = "en"

    def __post_init__(self) -> None:
        assert self.code in LANGUAGES

    def __call__(self, text: str) -> str:
        """A sentence in this language; other texts are the user's own and stay."""
        return text.into(self.code) if isinstance(text, Sentence) else text

    def number(self, value: float | None, decimals: int | None = None) -> str:
        """12,345.6 or 12.345,6: grouped; without `decimals` at most 2, and more only for what is smaller than 1.

        >>> Language("id").number(12345.678), Language("en").number(0.00000123), Language("en").number(None)
        ('12.345,68', '0.00000123', '–')
        """
        if value is None or not math.isfinite(value):
            return NONE
        if decimals is None:
            small = 0 < abs(value) < 1
            decimals = min(12, 2 - math.floor(math.log10(abs(value)))) if small else 2
        text = f"{value:,.{decimals}f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
        return self._signed("0" if text == "-0" else text)

    def money(self, value: float | None, currency: str) -> str:
        """Rp 8,161,000; whole from a thousand on.

        >>> Language("id").money(-8161000.4, "IDR"), Language("en").money(12.5, "USD")
        ('−Rp 8.161.000', 'USD 12.5')
        """
        if value is None or not math.isfinite(value):
            return NONE
        text = self.number(abs(value), 0 if abs(value) >= 1000 else None)
        return f"{'−' if value < 0 and text != '0' else ''}{money_sign(currency)} {text}"

    def short(self, value: float) -> str:
        """Three digits and a word, for axes: 8.16 m, 8,16 jt.

        >>> Language("id").short(8161000), Language("en").short(-12500), Language("en").short(0.25)
        ('8,16 jt', '−12.5 k', '0.25')
        """
        for size, word in _SHORT[self.code]:
            if abs(value) >= size * 0.9995:
                return f"{self._digits(value / size)} {word}"
        return self._digits(value)

    def short_money(self, value: float, currency: str) -> str:
        """Rp 8.16 m."""
        return f"{'−' if value < 0 else ''}{money_sign(currency)} {self.short(abs(value))}"

    def percent(self, share: float | None, decimals: int = 1, signed: bool = False) -> str:
        """12.3 % or 12,3 % of a share.

        >>> Language("id").percent(0.1234), Language("en").percent(0.05, signed=True)
        ('12,3 %', '+5.0 %')
        """
        if share is None or not math.isfinite(share):
            return NONE
        text = f"{100 * share:{'+' if signed else ''},.{decimals}f}"
        return self._signed(text if float(text.replace(",", "")) else text.lstrip("+-")) + " %"

    def _digits(self, value: float) -> str:
        if value == 0:
            return "0"
        decimals = max(0, min(12, 2 - math.floor(math.log10(abs(value)))))
        return self.number(value, decimals)

    def _signed(self, text: str) -> str:
        return Figure(text.replace("-", "−")).into(self.code)


def money_sign(currency: str) -> str:
    """Rp, or the code of a currency that has no sign here."""
    return MONEY.get(currency, currency)
