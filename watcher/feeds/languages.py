"""The languages feeds declare, as ISO 639-1 codes."""

from __future__ import annotations

import re

# Three-letter codes and old two-letter ones that feeds are seen to write.
_OTHER_CODES = {
    "eng": "en", "fra": "fr", "fre": "fr", "deu": "de", "ger": "de", "spa": "es", "por": "pt", "ita": "it",
    "rus": "ru", "ukr": "uk", "pol": "pl", "tur": "tr", "ara": "ar", "fas": "fa", "per": "fa", "zho": "zh",
    "chi": "zh", "jpn": "ja", "kor": "ko", "nld": "nl", "dut": "nl", "swe": "sv", "heb": "he", "hin": "hi",
    "ell": "el", "gre": "el", "ces": "cs", "cze": "cs", "ron": "ro", "rum": "ro", "hun": "hu", "fin": "fi",
    "iw": "he", "in": "id", "ji": "yi", "ua": "uk", "jp": "ja", "cn": "zh", "kr": "ko", "cz": "cs",
    "gr": "el", "dk": "da", "nb": "no", "nn": "no",
}  # fmt: skip


def language_code(declared: str) -> str:
    """A declared language as its two-letter code: "fr-FR" is "fr"; empty for what is no code."""
    found = re.match(r"\s*([A-Za-z]{2,3})(?:[-_].*)?\s*$", declared)
    if found is None:
        return ""
    code = found[1].lower()
    known = _OTHER_CODES.get(code, code)
    return known if len(known) == 2 else ""
