"""A query is what a reporter would type, and what is wrong with it is said with its place."""

from time import process_time

import pytest

from tests.topics.newsroom import NAMES
from watcher.topics.names import Names
from watcher.topics.query import QueryError, parse_query
from watcher.topics.text import fold


@pytest.mark.parametrize(
    ("typed", "reading"),
    [
        ("gaza truce", "gaza AND truce"),
        ("kim jong un putin summit", "[kim jong un] AND [putin] AND summit"),
        ("north korea russia", "[north korea] AND [russia]"),
        ("gaza truce OR ceasefire", "gaza AND (truce OR ceasefire)"),
        ("a AND b OR c", "(a AND b) OR c"),
        ("a (b OR c) -d", "a AND (b OR c) AND NOT d"),
        ("boeing NOT max", "boeing AND NOT max"),
        ("boeing not max", "boeing AND NOT max"),
        ("war or peace", "war OR peace"),
        ("war and peace", "war AND peace"),
        ("war | peace", "war OR peace"),
        ("kim jong un & putin", "[kim jong un] AND [putin]"),
        ("+gaza hostages", "gaza AND hostages"),
        ('"peace deal" gaza', '"peace deal" AND gaza'),
        ("meet* putin", "meet* AND [putin]"),
        ("title:putin outlet:bbc.co.uk lang:fr", "title:[putin] AND outlet:bbc.co.uk AND lang:fr"),
        ("title:(putin OR war)", "title:[putin] OR title:war"),
        ("lang:(fr OR de) truce", "(lang:fr OR lang:de) AND truce"),
        ("*", "every story"),
        ("* -putin", "every story AND NOT [putin]"),
        ("-south korea truce", "NOT [south korea] AND truce"),
        ("Xavier Brontel OR Maria Sollis", "Xavier Brontel OR Maria Sollis"),
        ("Rugby World Cup", "Rugby AND World Cup"),
        ("Hurricane Putin", "Hurricane AND Putin"),
        ("tempête putin", "tempête AND putin"),
        ("Storm Vladimir Putin", "Storm AND [Vladimir Putin]"),
        ("storm russia", "storm AND [russia]"),
        ("Zarvin Outbreak", "Zarvin AND Outbreak"),
        ("Xavier Brontel Verdict", "Xavier Brontel AND Verdict"),
        ("Susan Storm", "Susan Storm"),
        ("Susan Storm Warning", "Susan Storm AND Warning"),
        ("Hurricane Milton Russia", "Hurricane AND Milton AND [Russia]"),
        ("Xavier Brontel Russia", "Xavier Brontel AND [Russia]"),
        ("Xavier Brontel Ostrava Stelno", "Xavier Brontel AND Ostrava Stelno"),
        ("Zarvin Maria Sollis", "Zarvin AND Maria Sollis"),
        ("Juan Pablo Brontel Zarvin", "Juan Pablo Brontel AND Zarvin"),
        ("Robert De Brontel Zarvin", "Robert De Brontel AND Zarvin"),
        ("Ludwig van der Brontel", "Ludwig van der Brontel"),
        ("Kevin McBrontel", "Kevin McBrontel"),
        ("war in ukraine", "war AND [ukraine]"),
        ("the end of the war", "end AND war"),
        ("krieg in der ukraine", "krieg AND [ukraine]"),
        ("coupe du monde de rugby", "coupe du monde AND rugby"),
        ("la wildfire", "la AND wildfire"),
        ("in", "in"),
        ("the of", "the AND of"),
        ("truce -in", "truce AND NOT in"),
        ("war (in OR at) gaza", "war AND (in OR at) AND gaza"),
        ('"war in ukraine"', '"war in ukraine"'),
        ("встреча с путиным", "встреча AND [путиным]"),
        ("встреча с владимиром путиным", "встреча AND [владимиром путиным]"),
        ("spotkanie z Putinem", "spotkanie AND [Putinem]"),
        ("putinin vierailu", "[putinin] AND vierailu"),
        ("Putin'in ziyareti", "[Putin'in] AND ziyareti"),
        ("putinem", "putinem"),
        ("встреча кима и путина", "встреча AND [кима] AND [путина]"),
        ("spotkanie kima i putina", "spotkanie AND [kima] AND [putina]"),
        ("кима", "кима"),
        ("kims putin", "kims AND [putin]"),
        ("встреча с ким чен ыном", "встреча AND [ким чен ыном]"),
        ("spotkanie z kim dzong unem", "spotkanie AND [kim dzong unem]"),
        ("Kim-Putin summit", "[Kim] AND [Putin] AND summit"),
        ("kim–putin summit", "[kim] AND [putin] AND summit"),
        ("Russia/Ukraine talks", "[Russia] AND [Ukraine] AND talks"),
        ("Putin-Besuch", "[Putin] AND Besuch"),
        ("north korea-russia summit", "[north korea] AND [russia] AND summit"),
        ("Russia-South Korea talks", "[Russia] AND [South Korea] AND talks"),
        ("Kim Jong Un-Putin", "[Kim Jong Un] AND [Putin]"),
        ("Putin-Xavier Brontel", "Putin-Xavier Brontel"),
        ("visit Kim Jong-un", "visit AND [Kim Jong-un]"),
        ("truce OR Russia-South Korea", "(truce OR Russia-South) AND [Korea]"),
        ("Kim-Putin OR truce", "([Kim] AND [Putin]) OR truce"),
        ("truce -Kim-Putin", "truce AND NOT ([Kim] AND [Putin])"),
        ("outlet:kim-putin truce", "outlet:kim-putin AND truce"),
        ("title:Kim-Putin", "title:[Kim] AND title:[Putin]"),
        ("Kim Jong-un", "[Kim Jong-un]"),
        ("anti-Putin", "anti-Putin"),
        ("cease-fire", "cease-fire"),
        ("金正恩普京会谈", "[金正恩] AND [普京] AND 会谈"),
        ("金正恩访俄", "[金正恩] AND 访俄"),
        ("金正恩とプーチンの首脳会談", "[金正恩] AND [プーチン] AND 首脳会談"),
        ("プーチンカヤ", "プーチンカヤ"),
        ("푸틴김정은회담", "[푸틴] AND [김정은] AND 회담"),
        ("푸틴의 회담", "[푸틴] AND 회담"),
        ("푸틴스탄", "푸틴스탄"),
        ("普京李", "普京李"),
        ("普京大学", "普京大学"),
        ("普京大学停火", "普京大学 AND 停火"),
        ("会谈停火", "会谈停火"),
        ("President Putin visit", "[Putin] AND visit"),
        ("le président Poutine", "[Poutine]"),
        ("プーチン大統領", "[プーチン]"),
        ("former President Putin visit", "[Putin] AND visit"),
        ("the ex-president putin", "[putin]"),
        ("Secretary General Putin", "[Putin]"),
        ("бывший президент путин", "[путин]"),
        ("前总统普京", "[普京]"),
        ("former putin", "former AND [putin]"),
        ("former, president putin", "former AND [putin]"),
        ("truce OR le président Poutine", "(truce OR président) AND [Poutine]"),
        ("truce -former president putin", "truce AND NOT former AND [putin]"),
        ("presidential putin visit", "presidential AND [putin] AND visit"),
        ("world leaders putin", "world AND leaders AND [putin]"),
        ("ministère Poutine", "ministère AND [Poutine]"),
        ("prezydencki putin", "prezydencki AND [putin]"),
        ("muslim putin", "muslim AND [putin]"),
        ("doctor putin", "doctor AND [putin]"),
        ("kim ja putin", "[kim] AND [putin]"),
        ("+president putin", "president AND [putin]"),
        ("putin president", "[putin] AND president"),
        ("president of russia", "president AND [russia]"),
        ("putin vs kim", "[putin] AND [kim]"),
        ("kim et poutine", "[kim] AND [poutine]"),
        ("ким и путин", "[ким] AND [путин]"),
        ("visite de Poutine en Russie", "visite AND [Poutine] AND [Russie]"),
        ("putin w rosji", "[putin] AND [rosji]"),
        ("spotkanie ukraincow", "spotkanie AND ukraincow"),
        ("putin et truce", "[putin] AND et AND truce"),
        ("news about ukraine", "[ukraine]"),
        ("the latest on truce", "truce"),
        ("news", "news"),
        ("all about", "all"),
        ("#KimPutin", "[Kim] AND [Putin]"),
        ("@KimJongUn-Putin", "[Kim Jong Un] AND [Putin]"),
        ("#VladimirPutin visit", "[Vladimir Putin] AND visit"),
        ("putin&ukraine+truce", "[putin] AND [ukraine] AND truce"),
        ("YouTruce", "YouTruce"),
        ("Zarvin Bank Collapse", "Zarvin Bank AND Collapse"),
        ("interest rate rise", "interest rate AND rise"),
        ("ukraine: talks, truce", "[ukraine] AND talks AND truce"),
        ("putin's visit", "[putin] AND visit"),
        ("“peace deal” –gaza", '"peace deal" AND NOT gaza'),
        ("（putin OR war）　truce", "([putin] OR war) AND truce"),
        ("普京 会谈", "[普京] AND 会谈"),
        ("9/11 anniversary", "9/11 AND anniversary"),
        ("http://x.example/a truce", "http://x.example/a AND truce"),
    ],
)
def test_a_query_is_read_as_a_search_box_would_read_it(typed: str, reading: str) -> None:
    assert parse_query(typed, NAMES).reading() == reading


@pytest.mark.parametrize(
    ("typed", "at", "says"),
    [
        ("kim jong un (a", 13, "A bracket opened at 13 is never closed."),
        ("a )", 3, "A bracket closed at 3 was never opened."),
        ("a ()", 3, "The brackets at 3 have nothing between them."),
        ("truce OR", 7, "OR at 7 has nothing after it."),
        ("(a OR ) b", 4, "OR at 4 has nothing after it."),
        ("OR truce", 1, "OR at 1 has nothing before it."),
        ('gaza "peace', 6, "A quote opened at 6 is never closed."),
        ('gaza ""', 6, "The quotes at 6 have no words between them."),
        ("titel:gaza", 1, "There is no field titel: (at 1). Did you mean title:?"),
        ("langage:fr", 1, "There is no field langage: (at 1). Did you mean lang:?"),
        ("*ing", 1, "can only end a word"),
        ("m*t", 1, "can only end a word"),
        ("me*", 1, "too short"),
        ("🙂", 1, "has no letters or digits"),
        ("", 0, "is empty"),
        ("   ", 0, "is empty"),
        ("-kim", 0, "only says what it does not want"),
        ("NOT kim OR truce", 0, "only says what it does not want"),
        ("x" * 10_000, 0, "Leave words out, or make two topics"),
        ("(" * 200 + "a" + ")" * 200, 21, "nested more than 20 deep"),
    ],
)
def test_a_mistaken_query_is_answered_with_where_and_what(typed: str, at: int, says: str) -> None:
    with pytest.raises(QueryError) as raised:
        parse_query(typed)
    assert says in str(raised.value)
    assert raised.value.at == at


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("（ｐｕｔｉｎ　ＯＲ　ｘｉ）　ＡＮＤ　ＮＯＴ　ｔｒａｉｎ", "(putin OR xi) AND NOT train"),
        ("【putin ｜｜ xi】 ＆＆ ➖train", "(putin || xi) && -train"),
        ("putin ！train", "putin !train"),
        ("〔putin OR xi〕，［truce OR arms］", "(putin OR xi), (truce OR arms)"),
        ("〝cease fire〟 ﹁arms deal﹂ ‹peace talks›", '"cease fire" "arms deal" "peace talks"'),
        ("putin~2 truce^4", "putin truce"),
        ("putin\0truce", "putin truce"),
    ],
)
def test_marks_of_other_keyboards_mean_what_ours_do(typed: str, plain: str) -> None:
    assert fold(parse_query(typed).reading()) == fold(parse_query(plain).reading())


@pytest.mark.parametrize("typed", ["[a-z]{99}", "a\\b", "/x/ y", "a || b", "12:30 news"])
def test_marks_that_mean_something_elsewhere_are_passed_over(typed: str) -> None:
    assert parse_query(typed).words()


@pytest.mark.parametrize("typed", [".*.*.*x", "a ^ b", "\\", "!!!", "a:b:c"])
def test_what_a_programmer_would_type_is_refused_with_a_sentence(typed: str) -> None:
    with pytest.raises(QueryError, match=r"[.?]$"):
        parse_query(typed)


def test_a_name_is_not_looked_for_within_a_word_that_has_spaces_around_it() -> None:
    names = Names.load('[elon-musk]\nkind = "person"\nen = ["Elon Musk", "Musk"]\n[eu]\net = ["EL"]')
    assert parse_query("#ElonMusk", names).reading() == "[Elon Musk]"


def test_what_nobody_would_type_is_read_before_anybody_notices() -> None:
    alike = [one + other + third for one in "aeiou" for other in "bdfgklmnprst" for third in "aeiou"]
    names = Names.load("".join(f'[x{one}]\nen = ["va{one}k"]\n' for one in alike))
    parse_query("vabak truce", names)  # the lexicon is read but once
    began = process_time()
    parse_query(" ".join(f"va{one}m" for one in alike[::8]), names)
    parse_query("vabak-" * 150, names)
    assert process_time() - began < 0.6


def test_its_words_are_those_that_a_story_should_have() -> None:
    assert parse_query("kim jong un putin (summit OR meet*) -parade", NAMES).words() == (
        "kim jong un",
        "putin",
        "summit",
        "meet",
    )


def test_without_a_catalogue_words_stay_words() -> None:
    assert parse_query("kim jong un").reading() == "kim AND jong AND un"
