"""Who quotes whom, in many languages; who owns whom; and the chain that an event shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.desk.making import group, story
from watcher.desk.bylines import with_feeds
from watcher.desk.citations import citation
from watcher.desk.origins import trace
from watcher.desk.sources import Sources

SHIPPED = Path(__file__).parents[2] / "config" / "owners.toml"
SOURCES = Sources.load(SHIPPED.read_text(encoding="utf-8"))

QUOTING = [
    ("en", "Minister to resign, Reuters reports", "Reuters"),
    ("en", "Two officials told the Associated Press that the bridge is closed", "Associated Press"),
    ("en", "NYT: bank prepares to sell its fleet", "New York Times"),
    ("en", "Ferry sinks off the coast – Yonhap", "Yonhap"),
    ("fr", "Selon le New York Times, le ministre va démissionner", "New York Times"),
    ("fr", "Le pont est fermé, rapporte l'AFP", "AFP"),
    ("de", "Laut einem Bericht der Financial Times soll die Fähre verkauft werden", "Financial Times"),
    ("de", "Die Brücke ist gesperrt, meldet dpa", "dpa"),
    ("es", "Según la agencia EFE, el puente sigue cerrado", "EFE"),
    ("es", "El ministro dimite, informa Reuters", "Reuters"),
    ("it", "Secondo il Corriere della Sera il ministro si dimette", "Corriere della Sera"),
    ("it", "Ponte chiuso, riferisce l'ANSA", "ANSA"),
    ("pt", "Segundo a agência Lusa, a ponte está fechada", "Lusa"),
    ("pt", "Ministro demite-se, avança a Reuters", "Reuters"),
    ("pl", "Według agencji Reutera minister poda się do dymisji", "Reuters"),
    ("pl", "Most zamknięty, podaje PAP", "PAP"),
    ("ru", "По данным южнокорейского агентства Рёнхап, мост закрыт", "Yonhap"),
    ("ru", "Министр уйдёт в отставку, сообщает Reuters", "Reuters"),
    ("uk", "За даними Reuters, міст закрито", "Reuters"),
    ("uk", "Міністр піде у відставку, повідомляє Укрінформ", "Ukrinform"),
    ("ar", "الجسر مغلق وفقا لرويترز", "Reuters"),
    ("ar", "نقلا عن وكالة فرانس برس: الجسر مغلق", "AFP"),
    ("fa", "به گزارش رویترز پل بسته شد", "Reuters"),
    ("tr", "Reuters'a göre köprü kapandı", "Reuters"),
    ("tr", "Köprü kapandı: Anadolu Ajansı bildirdi", "Anadolu"),
    ("zh", "据路透社报道，大桥关闭", "Reuters"),
    ("zh", "新华社消息：大桥重新开放", "Xinhua"),
    ("ja", "ロイター通信によると橋は閉鎖された", "Reuters"),
    ("ja", "橋が閉鎖されたと聯合ニュースが報じた", "Yonhap"),
    ("ko", "로이터통신에 따르면 다리가 폐쇄됐다", "Reuters"),
    ("ko", "뉴욕타임스 보도: 다리 폐쇄", "New York Times"),
    ("en", "Minister to resign, reports Reuters", "Reuters"),
    ("en", "Harbour will close – says the BBC", "BBC"),
    ("fr", "Le ministre va démissionner, écrit Le Monde", "Le Monde"),
    ("de", "Der Hafen schließt, schreibt die New York Times", "New York Times"),
    ("es", "El ministro dimite, adelanta la agencia EFE", "EFE"),
    ("en", "Harbour to close, people familiar tell the Wall Street Journal", "Wall Street Journal"),
    ("en", "Harbour to close, AP sources say", "Associated Press"),
    ("en", "Harbour may close within weeks: Bloomberg News", "Bloomberg"),
    ("fr", "Port : « nous fermerons », annonce le maire à Reuters", "Reuters"),
    ("de", "Der Hafen schließt, wie der Spiegel unter Berufung auf die Behörde berichtet", "Der Spiegel"),
    ("ru", "Порт закроют – Bloomberg со ссылкой на источники", "Bloomberg"),
    ("uk", "Порт закриють, пише Bloomberg з посиланням на джерела", "Bloomberg"),
    ("tr", "Reuters'ın aktardığına göre liman kapanacak", "Reuters"),
    ("zh", "《纽约时报》报道称港口将关闭", "New York Times"),
    ("ko", "연합뉴스는 항구가 폐쇄된다고 전했다", "Yonhap"),
    ("nl", "De haven gaat dicht, volgens de New York Times", "New York Times"),
    ("cs", "Přístav se zavře, uvedla agentura Reuters", "Reuters"),
    ("sv", "Hamnen stängs, enligt New York Times", "New York Times"),
    ("da", "Havnen lukkes, skriver New York Times", "New York Times"),
    ("ro", "Portul se închide, potrivit Reuters", "Reuters"),
    ("el", "Το λιμάνι κλείνει, σύμφωνα με το Reuters", "Reuters"),
    ("hu", "Bezárják a kikötőt a Reuters szerint", "Reuters"),
    ("bg", "Пристанището затваря, съобщава Reuters", "Reuters"),
    ("hr", "Pristanište se zatvara, javlja Reuters", "Reuters"),
    ("fi", "Satama suljetaan, kertoo Reuters", "Reuters"),
    ("hi", "रॉयटर्स के अनुसार बंदरगाह बंद होगा", "Reuters"),
    ("id", "Pelabuhan akan ditutup, lapor Reuters", "Reuters"),
    ("vi", "Cảng sẽ đóng cửa, theo Reuters", "Reuters"),
    ("he", "הנמל ייסגר, כך מדווחת רויטרס", "Reuters"),
    ("th", "ปูตินพบคิม จองอึน รอยเตอร์รายงาน", "Reuters"),
    ("th", "ตามรายงานของสำนักข่าวรอยเตอร์ สะพานถูกปิด", "Reuters"),
    ("th", "สะพานถูกปิด อ้างรอยเตอร์", "Reuters"),
    ("th", "สำนักข่าวเอเอฟพีรายงานว่าสะพานปิดแล้ว", "AFP"),
    ("ko", "로이터 “다리 폐쇄될 것”", "Reuters"),
    ("ja", "米ＡＰ通信は橋が閉鎖されたと報じた", "Associated Press"),
    ("ja", "橋が閉鎖＝ロイター", "Reuters"),
    ("ja", "韓国の聯合ニュースは９日、橋が閉鎖されたと報じた", "Yonhap"),
    ("ja", "【ロンドン＝ロイター】橋が閉鎖", "Reuters"),
    ("zh", "（法新社首爾5日電）大橋關閉", "AFP"),
    ("zh", "新华社首尔9月5日电 大桥关闭", "Xinhua"),
    ("ar", "الجسر مغلق، بحسب وكالة الأنباء الفرنسية", "AFP"),
    ("ar", "وكالة يونهاب تنقل عن مسؤول: الجسر مغلق", "Yonhap"),
    ("he", "הגשר נסגר, דיווח בניו יורק טיימס", "New York Times"),
    ("he", "על פי דיווח ברויטרס הגשר נסגר", "Reuters"),
    ("he", "בלומברג דיווחה כי הגשר נסגר", "Bloomberg"),
    ("tr", "AFP haber ajansının aktardığına göre köprü kapandı", "AFP"),
    ("vi", "Cầu đã đóng, Yonhap cho hay", "Yonhap"),
    ("id", "Jembatan ditutup, dikutip kantor berita AFP", "AFP"),
    ("id", "Seperti dilaporkan AFP, Selasa (5/9/2026), jembatan ditutup", "AFP"),
    ("ms", "Jambatan ditutup, memetik Reuters", "Reuters"),
    ("hi", "समाचार एजेंसी एएफपी के मुताबिक पुल बंद", "AFP"),
    ("hi", "न्यूयॉर्क टाइम्स की रिपोर्ट के अनुसार पुल बंद", "New York Times"),
    ("bn", "রয়টার্স জানিয়েছে সেতু বন্ধ", "Reuters"),
    ("bn", "বার্তা সংস্থা এএফপির বরাত দিয়ে জানা গেছে সেতু বন্ধ", "AFP"),
    ("ur", "رائٹرز کے مطابق پل بند ہے", "Reuters"),
    ("ta", "ராய்ட்டர்ஸ் தெரிவித்துள்ளது பாலம் மூடல்", "Reuters"),
    ("en", "Report: bridge closed, per Axios", "Axios"),
    ("de", "Die Brücke ist nach dpa-Informationen gesperrt", "dpa"),
    ("ka", "როიტერის ცნობით ხიდი დაიხურა", "Reuters"),
    ("sr", "Rojters: Most zatvoren", "Reuters"),
    ("lt", "Tiltas uždarytas, praneša „Reuters“", "Reuters"),
    ("lv", "Tilts slēgts, ziņo Reuters", "Reuters"),
    ("et", "Sild suleti, teatas Reuters", "Reuters"),
    ("no", "Broen stenges, ifølge NTB", "NTB"),
    ("ca", "El pont està tancat, segons Reuters", "Reuters"),
    ("en", "The bridge is closed, a source told Reuters", "Reuters"),
    ("en", "Two officials told Reuters that the bridge is closed", "Reuters"),
    ("en", "The mayor told the BBC's Today programme that the bridge is closed", "BBC"),
    ("en", "According to a Reuters report the bridge is closed", "Reuters"),
    ("en", "According to an AFP journalist at the scene the bridge fell", "AFP"),
    ("fr", "Le pont est fermé (avec AFP)", "AFP"),
    ("fr", "Le maire, cité par Le Monde, dément", "Le Monde"),
    ("pl", "Most zamknięty. Reuters: to sabotaż", "Reuters"),
    ("ar", "قالت رويترز إن الجسر مغلق", "Reuters"),
]


@pytest.mark.parametrize(("language", "title", "source"), QUOTING)
def test_a_story_that_quotes_another_outlet_counts_as_that_other(
    language: str, title: str, source: str
) -> None:
    found = citation(story("a", title, language=language), SOURCES)
    assert found is not None
    assert found.source.name == source


@pytest.mark.parametrize(
    "title",
    [
        "Reuters building in London sold to hotel chain",
        "Guardian angels patrol the night bus",
        "The Sun sets over an empty harbour",
        "AP Physics exam leaked to students",
        "Metro line four opens on Sunday",
        "Minister visits the BBC and praises its staff",
        "The Times They Are a-Changin’ fetches a record price",
        "Der Spiegel verliert Leser am Hafen",
        "Murió el fundador de El País en el puerto",
        "Увольнения в Bloomberg коснутся порта",
        "Reuters reporter arrested in Minsk",
        "Reuters reports record profit for third quarter",
        "New York Times says it will cut jobs",
        "Attack kills AFP journalist near bridge",
        "Russia tells the BBC to leave",
        "Putin tells CNN interviewer off",
        "Trump sues the New York Times over report",
        "Judge rules for Associated Press in row over access",
        "Russia expels BBC correspondent, says embassy",
        "Moscow blocks BBC, says Kremlin",
        "Police told Guardian staff to leave the building",
        "CNN reporter says he was beaten by police",
        "Bloomberg says he will not run for mayor",
        "По словам адвоката, редактор Meduza задержан",
        "Во Франции задержан сотрудник AFP",
        "Убит журналист Reuters, сообщает полиция",
        "Reuters-Reporter in Minsk festgenommen",
        "Minister meets Reuters journalists",
        "Fox News host told to resign",
        "Interview with BBC chief: we must change",
        "Minister told reporters outside the BBC that he will go",
        "Kim told Xinhua building would be rebuilt",
        "로이터 기자 체포",
        "路透社记者被捕",
        "共同通信の記者が拘束された",
        "نقابة الصحفيين تدين اعتقال مراسل رويترز",
        "اعتقال مراسل رويترز",
        "נעצר כתב רויטרס",
        "Reuters muhabiri tutuklandı",
        "Phóng viên Reuters bị bắt",
        "Wartawan Reuters ditangkap",
        "रॉयटर्स के पत्रकार गिरफ्तार",
        "นักข่าวรอยเตอร์ถูกจับ",
        "Associated Press says its reporter was detained",
        "Une manifestation organisée par Le Monde",
    ],
)
def test_a_name_alone_or_of_what_the_news_is_about_is_no_quotation(title: str) -> None:
    assert citation(story("a", title), SOURCES) is None


def test_an_outlet_that_names_itself_quotes_nobody() -> None:
    own = story("a", "Minister to resign, Reuters reports", outlet="reuters.com")
    assert citation(own, SOURCES) is None


def test_agency_copy_says_whose_it_is_in_brackets() -> None:
    copy = story("a", "Bridge closed", summary="HARBOUR CITY (AFP) - The bridge was closed on Monday.")
    found = citation(copy, SOURCES)
    assert found is not None
    assert found.source.name == "AFP"


def test_what_is_quoted_far_down_in_a_summary_is_a_side_matter() -> None:
    far = story("a", "Bridge closed", summary="The bridge was closed. " * 15 + "Reuters reported in May.")
    assert citation(far, SOURCES) is None


# ----------------------------------------------------------------------------------------- chains


def test_six_outlets_that_quote_one_are_one_origin_and_say_so() -> None:
    first = story("a", "Minister to resign", outlet="nytimes.com", ago=3)
    rest = [
        story(f"q{n}", f"Minister will go {n}, New York Times reports", outlet=f"paper{n}.example", ago=2)
        for n in range(5)
    ]
    chain = trace(group("g", first, *rest), SOURCES)
    assert chain.words == "6 outlets, 1 origin (New York Times), not independently confirmed"
    assert chain.confirmations == 0
    assert dict(chain.quotes)["paper0.example"] == "New York Times"


def test_who_is_quoted_counts_even_where_it_is_not_read_itself() -> None:
    quoting = [story(f"q{n}", "Bridge closed, Yonhap reports", outlet=f"paper{n}.example") for n in range(3)]
    chain = trace(group("g", *quoting), SOURCES)
    assert [voice.name for voice in chain.voices] == ["Yonhap"]


def test_another_who_has_it_on_its_own_account_is_a_confirmation() -> None:
    stories = [
        story("a", "Minister to resign", outlet="nytimes.com", ago=3),
        story("b", "Minister will go, NYT reports", outlet="paper.example", ago=2),
        story("c", "Minister tells party he will go", outlet="harbournews.example", ago=1),
    ]
    chain = trace(group("g", *stories), SOURCES)
    expected = "3 outlets, 2 origins (New York Times, harbournews.example), 1 independent confirmation"
    assert chain.words == expected
    assert chain.first.id == "a"


def told_beside(name: str, outlet: str, title: str) -> str:
    """The chain of an event that an outlet tells, and another with these words."""
    first = story("a", "Minister to resign", outlet=outlet, ago=3, name=name)
    return trace(group("g", first, story("b", title, ago=1, name="Beach Daily")), SOURCES).words


@pytest.mark.parametrize(
    ("name", "outlet", "title"),
    [
        ("The Capital Ledger", "capitalledger.example", "Minister will go, according to The Capital Ledger"),
        ("The Capital Ledger", "capitalledger.example", "Officials told the Capital Ledger he will go"),
        ("The Capital Ledger", "capital-ledger.example", "Capital Ledger: minister will go"),
        ("The Capital Ledger", "capitalledger.example", "Minister will go – The Capital Ledger"),
        ("Le Courrier du Port", "courrierduport.example", "Il partira, rapporte Le Courrier du Port"),
        ("Metro", "metro.example", "Minister will go, according to Metro"),
        ("The Local", "thelocal.example", "According to The Local, the minister will go"),
        ("Гавань", "gavan.example", "По данным «Гавань», министр уйдёт"),
        ("港湾日报", "gangwan.example", "据港湾日报报道，大臣将辞职"),
        ("항구일보", "hanggu.example", "항구일보에 따르면 장관이 사임한다"),
    ],
)
def test_an_outlet_that_tells_the_event_is_known_where_another_quotes_it(
    name: str, outlet: str, title: str
) -> None:
    assert told_beside(name, outlet, title) == f"2 outlets, 1 origin ({name}), not independently confirmed"


@pytest.mark.parametrize(
    ("name", "outlet", "title"),
    [
        ("Metro", "metro.example", "Metro says line four opens on Sunday"),
        ("Metro", "metro.example", "According to the Metro driver the minister will go"),
        ("World", "globe.example", "According to World Bank figures the minister will go"),
        ("Breaking News", "globe.example", "Breaking News: minister will go"),
        ("Top Stories", "globe.example", "Minister will go – Top Stories"),
        ("Harbour Police", "globe.example", "Harbour Police reports three arrests"),
        ("The Harbour", "theharbour.example", "He left the Harbour, according to the Harbour master"),
        ("Beach Daily", "beachdaily.example", "Minister will go, according to Beach Daily"),
    ],
)
def test_a_name_that_may_be_any_word_or_is_two_outlets_is_nobody_without_a_phrase_that_quotes(
    name: str, outlet: str, title: str
) -> None:
    assert "2 origins" in told_beside(name, outlet, title)


def quoted_from_afar(name: str, outlet: str, title: str) -> str:
    """Whom a story quotes, where a feed of this name is polled, and its outlet does not tell the event."""
    sources = with_feeds(SOURCES, [(f"https://{outlet}/rss", "", name)])
    found = citation(story("b", title, outlet="beach.example"), sources)
    return found.source.voice if found else ""


@pytest.mark.parametrize(
    ("name", "outlet", "title"),
    [
        ("The Capital Ledger", "capitalledger.example", "Minister will go, reports The Capital Ledger"),
        ("World | The Capital Ledger", "capitalledger.example", "The Capital Ledger reports a fire"),
        ("The Evening Courier", "tec.example", "Minister will go, according to The Evening Courier"),
        ("Metro", "metro.example", "Minister will go, according to Metro"),
        ("Гавань", "gavan.example", "По данным «Гавань», министр уйдёт"),
        ("港湾日报", "gangwan.example", "据港湾日报报道，大臣将辞职"),
    ],
)
def test_an_outlet_whose_feed_is_polled_is_known_where_it_is_quoted(
    name: str, outlet: str, title: str
) -> None:
    assert quoted_from_afar(name, outlet, title) == outlet


@pytest.mark.parametrize(
    ("name", "outlet", "title"),
    [
        ("Metro", "metro.example", "Minister will go, says Metro"),
        ("World", "globe.example", "According to World, the minister will go"),
        ("Polizei", "presse.example", "Hafen gesperrt, laut Polizei"),
        ("警察", "presse.example", "警察によると港は閉鎖された"),
        ("The Evening Courier", "tec.example", "The Evening Courier reports higher profits"),
        ("Reuters", "mirror.example", "Metro opens on Sunday"),
    ],
)
def test_a_polled_feed_that_may_be_called_anything_is_nobody_where_it_does_not_tell_the_event(
    name: str, outlet: str, title: str
) -> None:
    assert quoted_from_afar(name, outlet, title) == ""


def test_outlets_of_one_owner_are_one_voice() -> None:
    stories = [
        story("a", outlet="wsj.com"),
        story("b", outlet="thetimes.co.uk"),
        story("c", outlet="nypost.com"),
    ]
    assert len(trace(group("g", *stories), SOURCES).voices) == 1


def test_the_same_text_in_five_outlets_is_one_voice_and_whose_it_is_if_one_says_so() -> None:
    stories = [story(f"s{n}", "Bridge closed", outlet=f"paper{n}.example", ago=5 - n) for n in range(4)]
    signed = story("s5", "Bridge closed", outlet="other.example", ago=0.5, summary="(AFP) The bridge …")
    tellings = {one.id: "s0" for one in (*stories, signed)}
    chain = trace(group("g", *stories, signed, tellings=tellings), SOURCES)
    assert [voice.name for voice in chain.voices] == ["AFP"]
    assert len(chain.told_at) == 1


def test_without_a_table_every_outlet_counts_as_itself() -> None:
    stories = [story("a", outlet="wsj.com"), story("b", outlet="nypost.com")]
    assert len(trace(group("g", *stories), Sources()).voices) == 2


# ------------------------------------------------------------------------------------------ table


def test_the_shipped_table_has_no_fault_and_no_domain_twice() -> None:
    assert SOURCES.faults == ()
    domains = [domain for source in SOURCES.known for domain in source.domains]
    assert len(domains) == len(set(domains))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("[a]\nnames = []", "names has one at the least"),
        ("[a]\nnames = ['A']\nwho = 'b'", "there is no who"),
        ("[a]\nnames = ['A']\nowner = 3", "owner is one name"),
        ("a = 1", "has no table"),
        ("[a", "not valid TOML"),
    ],
)
def test_a_table_that_cannot_be_read_is_said_and_the_others_are_kept(text: str, fault: str) -> None:
    found = Sources.load(f"{text}\n[ok]\nnames = ['Okay']")
    if "valid" not in fault:
        assert [source.name for source in found.known] == ["Okay"]
    assert fault in " ".join(map(str, found.faults))
