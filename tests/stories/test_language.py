"""What language a text is in."""

from __future__ import annotations

import pytest

from tests.stories.conftest import make_story
from watcher.stories.language import settle_language


def read(text: str) -> str:
    """The language of a story whose feed declares none."""
    return settle_language(make_story("a", text, language="")).language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The mayor opened the new bridge over the river on Monday", "en"),
        ("Le maire a inauguré lundi le nouveau pont sur le fleuve", "fr"),
        ("Der Bürgermeister hat am Montag die neue Brücke eröffnet", "de"),
        ("El alcalde inauguró el lunes el nuevo puente sobre el río", "es"),
        ("Il sindaco ha inaugurato lunedì il nuovo ponte sul fiume", "it"),
        ("O prefeito inaugurou na segunda-feira a nova ponte sobre o rio", "pt"),
        ("Burmistrz otworzył w poniedziałek nowy most nad rzeką", "pl"),
        ("Мэр открыл в понедельник новый мост через реку", "ru"),
        ("Мер відкрив у понеділок новий міст через річку", "uk"),
        ("Belediye başkanı pazartesi günü yeni köprüyü açtı", "tr"),
        ("افتتح رئيس البلدية الجسر الجديد يوم الاثنين", "ar"),
        ("شهردار روز دوشنبه پل جدید را افتتاح کرد", "fa"),
        ("市长周一为新桥揭幕", "zh"),
        ("市長が月曜日に新しい橋を開通させた", "ja"),
        ("시장이 월요일에 새 다리를 개통했다", "ko"),
        ("ראש העיר חנך ביום שני את הגשר החדש", "he"),
        ("Ο δήμαρχος εγκαινίασε τη Δευτέρα τη νέα γέφυρα", "el"),
        ("นายกเทศมนตรีเปิดสะพานใหม่เมื่อวันจันทร์", "th"),
    ],
)
def test_a_headline_is_known_by_its_script_or_its_letters(text: str, language: str) -> None:
    assert read(text) == language


@pytest.mark.parametrize("text", ["", "   ", "12 : 34", "😀😀", "\x00"])
def test_a_text_without_letters_has_no_language(text: str) -> None:
    assert read(text) == ""


def test_a_headline_in_capitals_is_read_like_any_other() -> None:
    assert read("BÜRGERMEISTER ERÖFFNET NEUE BRÜCKE ÜBER DEN FLUSS") == "de"


def test_a_feed_that_declares_the_wrong_language_is_not_believed_over_a_long_text() -> None:
    text = "Le maire a inauguré lundi le nouveau pont, dix ans après le début des travaux"
    assert settle_language(make_story("a", text, language="en-US")).language == "fr"


def test_a_feed_is_believed_where_its_text_is_too_short_to_tell() -> None:
    assert settle_language(make_story("a", "Putin trifft Kim", language="nl")).language == "nl"


def test_a_declared_language_cannot_be_in_another_script() -> None:
    assert settle_language(make_story("a", "Новый мост", language="en")).language == "ru"


def test_a_story_without_letters_keeps_what_its_feed_declared() -> None:
    assert settle_language(make_story("a", "12:34", language="pt_BR")).language == "pt"


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("ca", "El Govern presenta el nou pla de pantans"),
        ("ca", "La presidenta del Parlament convoca la junta de portaveus per dilluns a la tarda"),
        ("hr", "Vlada je danas usvojila novi proračun za iduću godinu, oporba prosvjeduje"),
        ("vi", "Ông Kim thăm Nga"),
        ("no", "Statsministeren møter pressen mandag"),
        ("gl", "O presidente viaxa a Bruxelas para falar da pesca co comisario"),
    ],
)
def test_a_short_headline_is_in_the_language_that_its_feed_declares(language: str, title: str) -> None:
    assert settle_language(make_story("a", title, language=language)).language == language
