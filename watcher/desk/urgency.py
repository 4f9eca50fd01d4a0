"""Words by which outlets themselves say that a story is urgent, in thirty languages.

They count only where they are a label: before the headline, in brackets, or in capitals. Breaking bad,
urgent care and a flash flood are no labels.
"""

from __future__ import annotations

import re

_LABELS = (
    r"breaking(?: news)?|urgent|newsflash|news flash|news alert|just in|snap|bulletin",
    r"urgent|alerte(?: info)?|flash(?: info)?|dernière minute",
    r"eilmeldung|eil\+*|breaking news",
    r"última hora|ultima hora|urgente|de última hora",
    r"ultim['’ ]ora|ultimissima|urgente",
    r"urgente|última hora|plantão",
    r"pilne|z ostatniej chwili|pilna wiadomość",
    r"срочно|молния|экстренно",
    r"терміново|блискавка|екстрено",
    r"عاجل",
    r"فوری|خبر فوری",
    r"son dakika|flaş|acil",
    r"快讯|快訊|突发|突發|紧急|緊急|最新消息|速报|速報",
    r"速報|緊急速報|号外",
    r"속보|긴급|1보|2보",
    r"ด่วน|ข่าวด่วน|ด่วนที่สุด",
    r"nóng|tin nóng|khẩn|tin khẩn|mới nhất",
    r"breaking news|terkini|baru saja|darurat|kabar duka",
    r"ब्रेकिंग(?: न्यूज़| न्यूज)?|बड़ी खबर|ব্রেকিং(?: নিউজ)?|জরুরি",
    r"מבזק|דחוף|חדשות דחופות",
    r"έκτακτο|εκτακτο|τώρα",
    r"laatste nieuws|net binnen|spoed",
    r"aktuálně|právě teď|mimořádně|aktuálne|mimoriadne",
    r"just nu|senaste nytt|siste|siste nytt|seneste nyt|lige nu|viimeksi|juuri nyt",
    r"ultima oră|breaking",
    r"rendkívüli|friss",
    r"извънредно|последен час|најновије|hitno|upravo|najnovije|izredno",
    r"بریکنگ(?: نیوز)?|فوری",
    r"სასწრაფო|skubu|steidzami|kiire",
)
_ANY = "|".join(_LABELS)
_BEFORE = re.compile(rf"^\W{{0,3}}(?:{_ANY})\W{{0,2}}\s*[:：!|\]】)）\-–—/]", re.IGNORECASE)
_BRACKETED = re.compile(rf"[\[【(（<《]\s*(?:{_ANY})\s*[\]】)）>》]", re.IGNORECASE)
_CAPITALS = re.compile(
    r"^\W{0,3}(?:BREAKING|URGENT|URGENTE|ALERTE|EILMELDUNG|EIL|PILNE|СРОЧНО|МОЛНИЯ|ТЕРМІНОВО|SON DAKİKA|"
    r"ÚLTIMA HORA|ULTIM['’]ORA|ΕΚΤΑΚΤΟ|MIMOŘÁDNĚ|JUST NU|SISTE|RENDKÍVÜLI|HITNO|ИЗВЪНРЕДНО)\b(?=.*[^\W\d_])"
)
_UNCASED = re.compile(r"^\W{0,2}(?:(?:عاجل|فوری|מבזק)\b|ด่วน[!\s])")


def urgent_label(title: str) -> str:
    """The label with which an outlet calls a headline urgent; empty where it does not."""
    for pattern in (_BEFORE, _BRACKETED, _UNCASED):
        found = pattern.search(title)
        if found:
            return found.group().strip(" \t:：!|[]【】()（）<>《》-–—/")
    capitals = _CAPITALS.match(title)
    return capitals.group().strip() if capitals and not title.isupper() else ""
