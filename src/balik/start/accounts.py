"""Accounts of the ledger by the words of an invoice."""

from __future__ import annotations

from ..tables import ACCOUNTS
from .fields import likeness, plain

_WORDS = {
    "transport": "transport|transportasi|angkut|angkutan|pengangkutan|pengiriman|freight|haulage|ongkos kirim|ongkos angkut|trucking",
    "trip": "rit|uang jalan|bongkar muat|per rit|trip|loading",
    "running": "sewa|rent|rental|lease|biaya tetap|fixed cost|operasional gudang|running",
    "unit": "handling|penanganan|sortir|sorting fee|pemilahan",
    "purchase": "pembelian|beli|purchase|purchases|buy back",
    "opening": "investasi|investment|renovasi|pembukaan|opening",
    "closing": "penutupan|closing",
    "processing": "pengolahan|processing|pencacahan",
    "revenue": "penjualan|pendapatan|revenue|sales",
}
_WHOLE = ("total", "jumlah", "total biaya", "total cost", "grand total")


def account_of(label: str) -> str:
    """The account that an invoice's words name; '' where none, or more than one, fits."""
    words = plain(label)
    if words in (*ACCOUNTS, "cost"):
        return words
    if words in _WHOLE:
        return "cost"
    scores = {account: likeness(words, tuple(known.split("|"))) for account, known in _WORDS.items()}
    best = max(scores.values())
    fitting = [account for account, score in scores.items() if score >= max(best - 0.1, 0.6)]
    return fitting[0] if len(fitting) == 1 else ""
