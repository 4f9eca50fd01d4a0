"""What looks like a name and is not stays out."""

import pytest

from tests.topics.newsroom import met

SUMMIT = "kim jong un putin (summit OR meet* OR talks OR visit OR arms) -kardashian"


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("pl", "Z kim rozmawiał Putin? Szczyt w stolicy"),
        ("pl", "Kim jest człowiek, który spotkał się z Putinem"),
        ("tr", "Putin kim ile görüştü"),
        ("en", "Kim Kardashian visits a summit of Putin's friends"),
        ("fr", "Poutine rencontre Kim Kardashian"),
        ("en", "Kim Yo Jong slams talks with Putin"),
        ("en", "Boris Putin meets Kim Jong Un"),
        ("en", "Lyudmila Putina meets Kim Jong Un"),
        ("en", "Putin visits Paris"),
        ("en", "Kim Jong Un visits a farm"),
    ],
)
def test_a_namesake_does_not_make_a_summit(language: str, title: str) -> None:
    assert not met(SUMMIT, title, language)


@pytest.mark.parametrize(
    ("query", "language", "title"),
    [
        ("korea", "en", "South Korea votes"),
        ("korea", "fr", "La Corée du Sud vote"),
        ("north korea", "en", "South Korea votes"),
        ("us", "en", "Tell us what you think"),
        ("us", "en", "TELL US WHAT YOU THINK"),
        ("jordan", "en", "Michael Jordan sells his house"),
        ("paris", "en", "Paris Hilton opens a hotel"),
        ("russia", "en", "White Russia remembered"),
        ("russia", "fr", "La rue est déserte"),
        ("putin", "fr", "Le butin des voleurs"),
        ("putin", "fr", "Le lutin de la forêt"),
        ("putin", "en", "They put it away"),
        ("ukraine war", "de", "Es war einmal in der Ukraine"),
        ("jordan", "en", "The jordan of the story"),
        ("Brontel", "en", "The brothel was closed"),
        ("hostages", "de", "Der Gast kam spät"),
    ],
)
def test_a_word_that_is_like_a_name_is_not_that_name(query: str, language: str, title: str) -> None:
    assert not met(query, title, language)


@pytest.mark.parametrize(
    ("query", "language", "title"),
    [
        ("us", "en", "US and Ukraine sign"),
        ("us", "fr", "Les États-Unis avertissent"),
        ("korea", "en", "Korea under one flag"),
        ("paris", "en", "Paris under snow"),
        ("putin", "en", "President Vladimir Putin speaks"),
        ("ukraine war", "de", "Der Krieg in der Ukraine"),
        ("kim jong un", "en", "Pyongyang parade: Kim waves"),
        ("kim jong un putin", "en", "Putin and Kim shake hands"),
        ("kim jong un putin", "pl", "Na lotnisku Putin i Kim podali sobie ręce"),
    ],
)
def test_the_name_itself_is_met(query: str, language: str, title: str) -> None:
    assert met(query, title, language)


@pytest.mark.parametrize(
    ("query", "language", "title"),
    [
        ("prime minister", "en", "Premier League clubs vote"),
        ("train", "fr", "Une fête est en train de naître"),
        ("fire", "fr", "Feu vert pour le budget"),
        ("fire", "en", "Rocket launched, editor dismissed"),
        ("election", "pl", "Gazeta Wyborcza pisze o szkole"),
        ("wildfire", "en", "A fire in a courthouse"),
        ("heatwave", "en", "Talks heat up"),
        ("grève", "fr", "Le gel a frappé le village"),
        ("import", "en", "An important day"),
        ("police", "en", "New policies for schools"),
        ("ban", "pl", "Wzrosła liczba zakażeń"),
        ("flood", "pl", "Szkoła działa z powodzeniem"),
        ("antisemitism", "en", "A racist chant at the match"),
        ("strike", "es", "Una tregua para hoy"),
        ("wedding", "es", "Varios casos en casa"),
        ("champion", "de", "Der Bürgermeister spricht"),
        ("exams", "fr", "Un ministre mis en examen"),
        ("yen", "tr", "Yeni bir gün"),
        ("union strike", "en", "European Union strikes a deal"),
        ("union talks", "en", "Talks on a banking union"),
        ("fighting", "en", "A plan for crime fighting"),
        ("author", "ru", "Поэтому он ушёл"),
    ],
)
def test_a_common_word_is_not_met_by_what_begins_like_it_or_has_it_in_a_phrase(
    query: str, language: str, title: str
) -> None:
    assert not met(query, title, language)


@pytest.mark.parametrize(
    ("query", "language", "title"),
    [
        ("prime minister", "en", "The premier resigns"),
        ("train", "fr", "Deux trains en train de partir"),
        ("fire", "fr", "Le feu gagne la forêt"),
        ("fire", "en", "Wildfire nears the town"),
        ("wildfire", "fr", "Incendie dans le Var"),
        ("racism", "en", "Antisemitic chants at the match"),
        ("ban", "pl", "Rząd zakazuje wstępu"),
        ("grain", "fr", "Un accord céréalier"),
        ("union strike", "de", "Die Gewerkschaft ruft zum Streik auf"),
        ("fire sale", "en", "A fire sale of ships"),
        ("conflict of interest", "en", "Mayor denies a conflict of interest"),
        ("suicide bombing", "fr", "Une bombe au marché"),
        ("union government talks", "en", "Union in talks with government over pay"),
        ("union government", "en", "Union government meets farmers"),
        ("banking union strike", "en", "Union calls a strike at a banking group"),
        ("crime fighting", "en", "New plan for fighting crime in London"),
        ("student union", "en", "Students join union protest"),
        ("student union", "en", "Student union votes"),
        ("legal battles", "en", "A legal battle looms"),
        ("unions", "en", "Banking unions vote to strike"),
    ],
)
def test_what_a_common_word_means_is_met(query: str, language: str, title: str) -> None:
    assert met(query, title, language)


def test_a_weak_form_alone_is_nobody() -> None:
    assert not met("kim jong un", "Kim wins the race")


@pytest.mark.parametrize(("language", "title"), [("ko", "북한산 등산"), ("ja", "プーチンスキー氏")])
def test_runs_of_letters_are_read_with_care(language: str, title: str) -> None:
    """A short name inside a longer word of the same script is part of that word, where that can be told."""
    assert not met("kremlin", title, language)


@pytest.mark.parametrize(
    ("query", "language", "title"),
    [
        ("putin", "en", "Putim speaks"),
        ("putin", "en", "Poutime speaks"),
        ("kremlin", "en", "Gremlin on the loose"),
        ("putin", "ru", "Пути развития"),
    ],
)
def test_a_short_name_with_a_slip_is_nobody_on_its_own(query: str, language: str, title: str) -> None:
    assert not met(query, title, language)


def test_a_short_name_with_a_slip_counts_beside_another_name() -> None:
    assert met("kim jong un putin", "Kim Jong Un greets Putim")


def test_a_name_does_not_run_from_the_title_into_the_summary() -> None:
    assert not met("north korea", "Wind from the North", summary="Korea is windy")
