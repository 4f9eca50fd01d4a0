"""Words by which outlets say that a story of theirs no longer stands, or has been put right."""

from __future__ import annotations

import re

from watcher.models import Revision, Story

_GONE = (
    r"withdrawn|withdrawal|retract(?:ed|ion)|removed|deleted|kill(?:ed)?",
    r"kill notice|bulletin kill|mandatory kill",
    r"retirée?|dépublié|supprimée?|annulée?|annulation|rétractation",
    r"zurückgezogen|gelöscht",
    r"retirad[oa]|eliminad[oa]|retractación|despublicad[oa]",
    r"ritirato|rimosso|annullato|removido",
    r"wycofan[eoay]|usunięt[eoay]",
    r"отозван[аоы]?|удален[аоы]?|удалён|аннулирован[аоы]?|снят[аоы]? с публикации|відкликано|видалено",
    r"ingetrokken|verwijderd|stažen[oaý]?|indragen|trukket tilbage|visszavonva",
    r"απόσυρση|retras[ăa]?|povučen[oa]",
    r"سحب|حذف|إلغاء|kaldırıldı|geri çekildi|גנוז|הוסר",
    r"撤稿|撤稿声明|已删除|已刪除|撤回|取り消し|削除|삭제|취소|기사 철회|철회",
    r"ถอนข่าว|gỡ bài|dicabut|प्रत्याहृत",
)
_RIGHTED = (
    r"advisory|correction|corrected|corrects|clarification|editors?['’]? note",
    r"rectificatif|mise au point|erratum",
    r"korrektur|berichtigung|richtigstellung|rectificación|corrección|fe de errores|rettifica|errata corrige",
    r"retirado|correção|errata|sprostowanie|korekta|опровержение|исправление|уточнение|спростування|виправлення",
    r"rectificatie|oprava|dementi|rättelse|rettelse|oikaisu|helyreigazítás|διόρθωση|rectificare|ispravka|ispravak",
    r"تصحيح|تکذیبیه|اصلاحیه|düzeltme|תיקון|הבהרה|भूल सुधार|खंडन|সংশোধনী|ralat|koreksi|đính chính|แก้ไขข่าว",
    r"更正|更正启事|訂正|お詫び|お詫びと訂正|정정|정정보도",
)


def _label(words: tuple[str, ...]) -> re.Pattern[str]:
    """Such a word as a label of a headline: before it, in brackets, or after a dash at its end."""
    any_ = "|".join(words)
    before, within = rf"^\W{{0,3}}(?:{any_})(?:\s*[:：!|]|\s+[–—-]\s)", rf"[\[(（【]\s*(?:{any_})\s*[\])）】]"
    return re.compile(rf"{before}|{within}|(?:[:–—-])\s+(?:{any_})\W{{0,2}}$", re.IGNORECASE)


def _opening(words: tuple[str, ...]) -> re.Pattern[str]:
    """Such a word at the head of a text, with a mark after it."""
    return re.compile(rf"^\W{{0,3}}(?:{'|'.join(words)})\s*[:：.!–—|)\]】]", re.IGNORECASE)


_LABEL, _GONE_LABEL = _label(_GONE + _RIGHTED), _label(_GONE)
_OPENING, _GONE_OPENING = _opening(_GONE + _RIGHTED), _opening(_GONE)
# An agency that takes a story back says so at the head of its text as often as in its headline.
_SENTENCE = re.compile(
    r"\b(?:this|the) (?:story|article|report) (?:has been|was|is) (?:withdrawn|retracted|removed|killed)|"
    r"\bhas (?:withdrawn|retracted) (?:its|the|this) (?:story|report|article)|\bretire sa dépêche|"
    r"\b(?:cet article|cette dépêche) (?:a été|est) (?:retirée?|dépubliée?|annulée?)|"
    r"\besta (?:noticia|nota) ha sido retirada|\bdiese[rs]? (?:meldung|artikel|beitrag) wurde zurückgezogen|"
    r"\b(?:материал|новость|сообщение) (?:отозван|снят|удалён|удален)|此稿已?撤|この記事は(?:取り消|削除)|"
    r"기사를? (?:철회|취소)",
    re.IGNORECASE,
)
_HEAD = 200
"""Characters of a text in which it says so."""
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]+")


def withdraws(one: Revision) -> bool:
    """Whether an outlet put such a word, as a label and not in its sentence, on what had none."""
    labelled = _LABEL.search(one.new_title) and not _LABEL.search(one.old_title)
    return bool(labelled) or (_says_so(one.new_summary) and not _says_so(one.old_summary))


def takes_back(story: Story) -> bool:
    """Whether a story is itself a notice that one no longer stands; it confirms nothing."""
    head = story.summary[:_HEAD]
    return bool(_GONE_LABEL.search(story.title) or _GONE_OPENING.search(head) or _SENTENCE.search(head))


def _says_so(summary: str) -> bool:
    head = summary[:_HEAD]
    return bool(_OPENING.search(head) or _SENTENCE.search(head))


def says_otherwise(one: Revision) -> bool:
    """Whether a headline now says something else, or is withdrawn; not the same with a letter mended."""
    words = len(_words(one.old_title) ^ _words(one.new_title))
    pairs = len(_pairs(one.old_title) ^ _pairs(one.new_title))
    return withdraws(one) or words >= 4 or pairs >= 8


def _words(title: str) -> set[str]:
    return set(re.findall(r"\w+", _UNSPACED.sub(" ", title.casefold())))


def _pairs(title: str) -> set[str]:
    """Neighbouring letters in scripts without spaces: a letter that is mended changes four at the most."""
    return {run[at : at + 2] for run in _UNSPACED.findall(title) for at in range(len(run) - 1)}
