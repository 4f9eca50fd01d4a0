"""Roundups and live blogs are known by their wording."""

from __future__ import annotations

import pytest

from watcher.stories.roundup import is_roundup


@pytest.mark.parametrize(
    "title",
    [
        "Tuesday Briefing: Floods, Votes and a Bridge",
        "War in the east: what we know on day 571",
        "Storm live updates: thousands without power",
        "Election night – live",
        "Latest on the flood: dams hold; roads close; schools reopen",
        "EN DIRECT - Inondations : les secours à pied d'œuvre",
        "Guerre à l’est, jour 571 : le point",
        "Lo más importante del día",
        "Elecciones, minuto a minuto",
        "Le notizie di oggi",
        "Diretta: il voto in Senato",
        "Resumo do dia",
        "Die Lage am Morgen: Streit um die Brücke",
        "Liveticker: Wahl in der Hauptstadt",
        "Het nieuws van vandaag",
        "Nyheter i korthet",
        "Najważniejsze wydarzenia dnia",
        "571. dzień wojny",
        "Online: povodně na Moravě",
        "Итоги дня: мост и выборы",
        "Главное за ночь",
        "Головне за добу",
        "Günün özeti",
        "أهم الأخبار اليوم",
        "خلاصه اخبار امروز",
        "一周要闻回顾",
        "今日のニュースまとめ",
        "오늘의 주요 뉴스",
        "Morning Rundown: Floods, votes and a bridge",
        "First Thing: the vote, the bridge and a late goal",
        "Flood in the valley: what we know on day two",
        "Valley flood live: rescuers reach the last farms",
        "Quiz of the week: which bridge was closed?",
        "Inondations : ce que l'on sait au troisième jour",
        "Inundaciones en el valle, última hora en directo",
        "Le prime pagine di oggi",
        "A semana em 5 notícias",
        "Was jetzt? Der Morgenüberblick am Freitag",
        "Vrijdagochtend: dit moet je weten",
        "Morgonens nyheter: bron och valet",
        "Overblik: Broen, valget og vejret",
        "Siste nytt om flommen",
        "Hetki hetkeltä: tulva laaksossa",
        "Percről percre: árvíz a völgyben",
        "LIVE TEXT Inundații: toate informațiile",
        "Πλημμύρες: Λεπτό προς λεπτό οι εξελίξεις",
        "Преглед на печата",
        "Vijesti dana: most i izbori",
        "Nočný požiar: minúta po minúte",
        "Inundacions, minut a minut",
        "Dienos naujienos",
        "עדכונים שוטפים: שיטפון בעמק",
        "आज की बड़ी खबरें: पुल और चुनाव",
        "আজকের প্রধান খবর",
        "آج کی اہم خبریں",
        "Tin tức sáng 3-3: cây cầu và cuộc bầu cử",
        "Rangkuman Berita Hari Ini: banjir hingga pemilu",
        "สรุปข่าวประจำวัน",
        "[LIVE] Flood in the valley",
        "Flood in the valley [live]",
        "(EN VIVO) Inundaciones en el valle",
        "【ライブ】谷で洪水",
        "[실시간] 계곡 홍수 상황",
        "Lo que sabemos de la inundación del valle: día 2",
        "Día 3 de la inundación: lo que sabemos",
        "Day 3 of the flood: what we know",
        "Inondations, jour 3 : ce que l’on sait",
        "Was wir über das Hochwasser wissen – Tag 3",
        "Что известно о наводнении: день 3",
    ],
)
def test_a_story_of_many_events_is_a_roundup(title: str) -> None:
    assert is_roundup(title)


@pytest.mark.parametrize(
    "title",
    [
        "",
        "Mayor opens bridge",
        "Mayor speaks live on television",
        "The island where they live",
        "Live music returns to the square",
        "What we know about the bridge collapse",
        "White House briefing cut short",
        "Le député s’est exprimé en direct à la télévision",
        "Online-Händler streicht Stellen",
        "Онлайн-кредиторы предупредили о сбое",
        "Day of mourning declared",
        "Police chief resigns; mayor stays",
        "2024",
        "Watch live: the mayor opens the bridge",
        "Live-action film of the flood announced",
        "Онлайн-школа закрылась",
        "新加坡《联合早报》记者被捕",
        "Online-Bank streicht Stellen",
        "Direkte Wahl des Bürgermeisters beschlossen",
        "The best places to live: survey puts the valley first",
        "O presidente falou em direto na televisão",
        "Accordo sul ponte, il punto di vista del sindaco",
        "Мер наживо звернувся до мешканців",
        "Mayor opens bridge [WATCH LIVE]",
        "[속보] 계곡에 홍수",
        "Mayor (52) opens bridge (live band plays)",
        "Lo que sabemos del ataque del día 2 de mayo",
        "What we know about the bridge that fell on Tuesday",
        "실시간 검색어 조작 의혹 수사",
    ],
)
def test_a_story_of_one_event_is_none(title: str) -> None:
    assert not is_roundup(title)


def test_a_live_blog_is_known_by_its_first_line_too() -> None:
    assert is_roundup("Storm hits the coast", "Follow our live coverage as it happens")
