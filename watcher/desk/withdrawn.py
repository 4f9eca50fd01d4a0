"""Words by which outlets say that a story of theirs no longer stands."""

from __future__ import annotations

import re

from watcher.models import Revision

_LABELS = (
    r"withdrawn|retracted|retraction|removed|deleted|kill(?:ed)?|advisory|correction|corrected",
    r"retirée?|dépublié|supprimée?|rectificatif|correction",
    r"zurückgezogen|gelöscht|korrektur|berichtigung",
    r"retirad[oa]|eliminad[oa]|rectificación|corrección|fe de errores",
    r"ritirato|rimosso|rettifica|errata corrige",
    r"removido|retirado|correção|errata",
    r"wycofan[eoay]|usunięt[eoay]|sprostowanie|korekta",
    r"отозван[аоы]?|удален[аоы]?|удалён|опровержение|исправление|снят[аоы]? с публикации",
    r"відкликано|видалено|спростування|виправлення",
    r"ingetrokken|verwijderd|rectificatie|stažen[oaý]?|oprava|dementi",
    r"سحب|تصحيح|حذف",
    r"تکذیبیه|اصلاحیه",
    r"düzeltme|kaldırıldı|geri çekildi",
    r"撤稿|已删除|更正|撤回|訂正|お詫び|削除|정정|삭제|취소",
)
_LABEL = re.compile(
    rf"^\W{{0,3}}(?:{'|'.join(_LABELS)})\W|[\[(（【]\s*(?:{'|'.join(_LABELS)})\s*[\])）】]|"
    rf"(?:[:–—-])\s+(?:{'|'.join(_LABELS)})\W{{0,2}}$",
    re.IGNORECASE,
)
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]+")


def withdraws(one: Revision) -> bool:
    """Whether an outlet put such a word on a headline that had none: as a label, not in its sentence."""
    return bool(_LABEL.search(one.new_title)) and not _LABEL.search(one.old_title)


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
