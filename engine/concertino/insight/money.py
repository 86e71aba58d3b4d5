"""Amounts of money for people: minor units written in major ones."""

DEFAULT_DIGITS = 2
_DIGITS = {
    **dict.fromkeys(
        "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(),  # noqa: SIM905 - as in the table
        0,
    ),
    **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),  # noqa: SIM905 - the same
    **dict.fromkeys(("CLF", "UYW"), 4),
}
"""Currencies whose minor unit is no hundredth: the column "minor unit" of ISO 4217, list one."""


def money(amount: int, currency: str) -> str:
    """An amount in minor units, in major ones with thousands set apart: 1250000 in EUR is `12,500.00`."""
    digits = _DIGITS.get(currency, DEFAULT_DIGITS)
    sign, whole = "-" if amount < 0 else "", abs(amount)
    if not digits:
        return f"{sign}{whole:,}"
    major, minor = divmod(whole, 10**digits)
    return f"{sign}{major:,}.{minor:0{digits}d}"
