"""Whether a story only quotes another outlet: "Reuters reports", « selon le New York Times ».

A name alone is no quotation: what stands right before or after it has to say so, in any of forty
languages. Nor is an outlet that the news is about: "Reuters reporter arrested", "the BBC says it will cut
jobs". Only the headline and the opening of the summary are read, where a story says whose news it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from watcher.desk.sources import NO_SOURCES, Mention, Source, Sources
from watcher.models import Story

OPENING = 280
"""Characters of a summary that say whose news a story is; what is quoted further down is a side matter."""
_NARROW = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}
"""Japanese writes ＡＰ通信 in wide letters."""
_REACH = 70
"""Characters before a name in which a phrase that quotes may begin."""


@dataclass(frozen=True, slots=True)
class Citation:
    """The outlet that a story quotes, and the words with which it does."""

    source: Source
    text: str


# What stands before the name, of a language a line. Between it and the name there may be three words, such
# as "the South Korean agency".
_BEFORE = (
    r"according to|reports? (?:from|by)|reported by|citing|quoting|(?:is|was|has|have) told|told|tells?|via|"
    r"source:|interview (?:with|to)|as per|(?<=[,(] )per|(?<=\()per|quoted? by|seen by|obtained by",
    r"selon|d['’]après|rapport(?:e|ent|é par)|cités? par|citant|révèlent?|confié à|déclaré à|indiqué à|"
    r"annoncé à|appris|source ?:|avec|informations (?:de|du|des|d['’])|"
    r"(?:révél|rapport|publi|relay|recueilli|interrog|consult|cit|contact|obtenu|dévoil|diffus)\w* par|"
    r"(?:annonc|déclar|confi|affirm|expliqu)(?:e|é|ait|ent)(?: [\w'’-]+){0,3} (?:à|au)",
    r"laut|nach (?:angaben|informationen|berichten|recherchen) (?:von|der|des)|berichtet|berichtete|meldet|"
    r"unter berufung auf|gegenüber|sagte|zitiert von|medienberichte?n?|berichte?n? (?:von|der|des)",
    r"según|de acuerdo con|inform[aó]|citad[oa] por|citando a|report[aó]|public[aó]|revel[aó]|dijo a|"
    r"declar[oó] a|fuente:",
    r"secondo|stando a|riferisce|riporta|scrive|rivela|citando|citato da|lo dice a|ha detto (?:a|al|alla)|"
    r"fonte:",
    r"segundo|de acordo com|conforme|noticia|avança|citando|citad[oa] pel[oa]|disse (?:à|ao)|fonte:",
    r"według|wg|podaj[eą]|podał[ao]?|donos(?:i|zą)|pisz[eą]|inform(?:uje|ują)|poinformował[ao]?|"
    r"powołując się na|cytując|przekazał[ao]?|ujawni(?:a|ł|ła)|w rozmowie z|źródło:",
    r"по данным|сообща(?:ет|ют)|сообщил[аои]?|пиш[еу]т|переда[её]т|передают|со ссылкой на|ссылаясь на|"
    r"по информации|по сообщению|по словам|по сведениям|по версии|рассказал[аи]?|источник:",
    r"за даними|повідомля(?:є|ють)|повідоми(?:в|ла|ло|ли)|пиш(?:е|уть)|переда(?:є|ють)|з посиланням на|"
    r"посилаючись на|за інформацією|джерело:",
    r"بحسب|حسب|وفق(?:ا|اً|ًا)?|نقل(?:ا|اً|ًا) عن|نقلت|ذكرت|ذكر|أفادت|أفاد|قالت|كشفت|أوردت|أعلنت|"
    r"(?:^|\()عن|المصدر:?",
    r"به گزارش|به نقل از|به نوشته|گزارش",
    r"kaynak:|haberi:|aktaran:?",
    r"volgens|meldt|melden|bericht|schrijft|aldus|op gezag van|bron:",
    r"podle|podľa|uvedl[ao]?|uviedl[ao]?|píše|napsal[ao]?|informuje|hlásí|s odkazem na|zdroj:",
    r"enligt|rapporterar|rapporterer|skriver|uppger|oplyser|opplyser|ifølge|melder|kilde:|källa:",
    r"potrivit|conform|scrie|relatează|transmite|anunță|citat de|citând|sursa:",
    r"σύμφωνα με|μεταδίδει|μετέδωσε|αναφέρει|γράφει|επικαλούμεν\w+|πηγή:",
    r"írja|írta|közölte|jelenti|jelentette|számolt be|forrás:",
    r"според|съобщ\w+|предава|предаде|като се позовава на|източник:",
    r"javlja|piše|prenosi|izveštava|izvještava|poroča|navodi|јавља|преноси|извор:|izvor:",
    r"kertoo|kertoi|uutisoi|raportoi|lähde:",
    r"menurut|lapor|(?:me|di)laporkan|mengutip|memetik|dikutip(?: dari)?|dilansir|sumber:",
    r"theo|dẫn lời|trích dẫn|dẫn nguồn|nguồn:",
    r"מדווח(?:ת|ים)?|דיווח[הו]?|לפי|על פי|כך מסר(?:ה)?|ציטט[הו]?|מקור:",
    r"ตามรายงานของ|รายงานจาก|รายงานโดย|อ้างอิงจาก|อ้างรายงานของ|อ้างจาก|อ้าง|เผยกับ|บอกกับ|ที่มา ?:",
    r"praneša|rašo|pasak|skelbia|ziņo|vēsta|teatas|vahendab|kirjutab|segons",
    r"据|據|引述|援引|引用|转引|根据|根據|来源[:：]",
    r"出典[:：]",
    r"출처[:：]",
)
# What stands before a name that ends the sentence: "…, reports Reuters", « …, écrit Le Monde ».
_INVERTED = re.compile(
    r"[,;:(–—\-»\"”“’']\s*(?:so\s+)?(?:reports?|reported|says?|said|writes|wrote|reveals?|revealed|"
    r"écri(?:t|vait)|indiqu(?:e|ait)|annonce|affirme|relate|signale|précise|assure|dit|relaie|"
    r"schreibt|schrieb|sagt|titelt|erfuhr|"
    r"dice|asegura|adelanta|afirma|señala|publica|cuenta|escribe|"
    r"afferma|scrive|racconta|sostiene|diz|afirma|escreve|revela|zegt|weet)"
    r"\s+(?:(?:the|le|la|les|der|die|das|el|il|lo|o|a|de|het)\s+|l['’])?"
    r"(?:(?:news )?(?:agency|agence|agencia|agência|agenzia|agentur|nachrichtenagentur|persbureau)\s+)?"
    r"[«\"„“”'’(]*$",
    re.IGNORECASE,
)
# What stands after the name.
_AFTER = (
    r"(?:has |have |first |also )?(?:reports?|reported|says?|said|reveals?|revealed|writes|learn(?:s|ed)|"
    r"understands|is reporting|quotes?|cites?|cited)\b|['’]s? report|"
    r"(?:sources?|analysis|investigation|poll) (?:says?|said|finds?|found|shows?)\b",
    r"(?:a )?(?:rapport|indiqu|révèl|annonc|écri|affirm)\w*",
    r"berichtet\w*|meldet\w*|schreibt|zufolge|erfuhr|unter berufung auf|"
    r"-(?:Informationen|Angaben|Berichte?n?s?|Recherchen|Meldung(?:en)?)\b",
    r"inform[aó]|report[aó]|public[aó]|revel[aó]|asegura|dice",
    r"riferisce|riporta|scrive|rivela|dice",
    r"noticia|informa|avança|revela|diz",
    r"podaj[eą]|podał[ao]?|donos\w+|pisze|informuje|ujawni\w+|ustali\w+",
    r"сообщ\w+|пишет|переда[её]т|узнал\w*|раскрыл\w*|со ссылкой на|ссылается на",
    r"повідом\w+|пише|передає|дізна\w+|з посиланням на|посилається на",
    r"(?:للأنباء |الإخبارية )?(?:أن|عن|تكشف|:|تنقل|نقلت|أفادت|ذكرت|قالت|كشفت|أوردت|تقول)",
    r"(?:گزارش داد|نوشت|اعلام کرد|خبر داد)",
    r"['’]?(?:y?[ae]|n?[ıiuü]n \w+n[ae]) göre|bildirdi|yazdı|duyurdu|aktardı|haberine göre|"
    r"(?:haber )?ajansının (?:haberine|aktardığına|bildirdiğine) göre",
    r"(?:\w{0,8}?)(?:报道|報道|報導|消息|披露|称|稱|独家|獨家|引述|援引)|"
    r"\w{0,6}?\d{1,2}(?:月\d{1,2})?日(?:电|電|讯|訊)",
    r"(?:\w{0,6}?)(?:によると|によれば|が報じ|は報じ|報道|が伝え|は伝え|が報道)|"
    r"[はが][^。]{0,60}[とを](?:報じ|伝え|報道)",
    r"(?:\w{0,6}?)(?:에 따르면|에 의하면|(?:이|가|은|는)? ?(?:보도|전했|단독)|"
    r"(?:이|가|은|는) [^.。]{0,40}(?:전했다|보도했다))",
    r"meldt|bericht(?:te)?|schrijft|laat weten",
    r"uvedl\w*|uviedl\w*|píše|napsal\w*|hlásí|informuje",
    r"rapporterar|rapporterer|skriver|uppger|melder|opplyser|oplyser",
    r"scrie|relatează|transmite|a relatat|a anunțat",
    r"μεταδίδει|μετέδωσε|αναφέρει|γράφει",
    r"szerint|írja|írta|közölte|jelentette",
    r"съобщ\w+|пише|предава|предаде",
    r"javlja|piše|prenosi|izveštava|izvještava|poroča|јавља|преноси",
    r"mukaan|kertoo|kertoi|uutisoi",
    r"के (?:अनुसार|मुताबिक|हवाले)|ने (?:बताया|कहा)|की (?:एक )?रिपोर्ट",
    r"(?:me|di)laporkan|memberitakan|mewartakan|đưa tin|cho biết|cho hay|dẫn lời|dẫn nguồn",
    r"דיווח[הו]?|מדווח(?:ת|ים)?|מוסר(?:ת)?|מצטט(?:ת)?",
    r"รายงาน|เผย|ระบุ|อ้าง|แจ้ง",
    r"জানিয়েছে|জানায়|(?:খবরে|প্রতিবেদনে|বরাত)",
    r"کے مطابق|نے (?:بتایا|کہا|رپورٹ)|کی رپورٹ",
    r"தெரிவித்த|கூறி|செய்தி|ცნობით|იუწყება",
    r"praneša|rašo|skelbia|ziņo|vēsta|teatab|vahendab|informa",
)
# "told reporters outside the BBC" tells of a place, not of a source.
_ELSE = r"(?:reporters|journalists|outside|at|near|staff|people|him|her|them|me|us|that|about|to|by|off)"
_FILLED = (
    rf"[\s:«»\"„“”'’(《「『]*(?:(?!{_ELSE}\b)[\w.’'-]+[\s«»\"„“”]+){{0,3}}"
    r"[«\"„“'’(《「『]*(?:[lL]['’]|ل|لـ|وكالة |สำนักข่าว|[בלהמושכ])?$"
)
_QUOTES_BEFORE = re.compile(
    rf"(?:(?<!\w)|(?<=[^\x00-\u2e7f]))(?:{'|'.join(_BEFORE)}){_FILLED}", re.IGNORECASE
)
# No comma: in "Moscow blocks the BBC, says the Kremlin" it is not the BBC that says so.
_QUOTES_AFTER = re.compile(rf"[\s»\"”“’')》」』]*(?:{'|'.join(_AFTER)})", re.IGNORECASE)
# What makes a name that of somebody of the house, or the house what the news is about.
_PEOPLE = (
    r"\s+(?:staff|staffers?|employees?|building|offices?|bureau|headquarters|interviewer|chief|boss|bosses|host|"
    r"presenter|anchor|editors?|owner|chairman|executive|ceo|would|could|will|to \w+)\b|"
    r"-(?:Chef|Reporter|Journalist|Korrespondent|Redakteur|Mitarbeiter|Moderator|Büro|Redaktion)\w*"
)
_ITSELF = (
    r"\s*(?:says?|said|reports?|reported)\s+(?:that )?(?:it|its|he|she|they|their|staff|reporter|journalist|"
    r"correspondent|editor|record|quarterly|annual|profits?|loss|losses|revenues?|earnings|higher|lower|sorry)\b"
)
_ABOUT_IT = re.compile(rf"[»\"”“’']*(?:{_PEOPLE}|{_ITSELF})", re.IGNORECASE)
_CREDIT_BEFORE = re.compile(r"[(\[/（【=]\s*$|[-–—|/]\s+$")
_CREDIT_AFTER = re.compile(r"\s*[)\]/）】]|\s*[-–—]")
_ENDS_TITLE = re.compile(r"(?:[:,\-–—|/=]|\s[-–—])\s*[«\"„“]?$")
# `NYT: …`; in Korean headlines a quotation mark says it: `로이터 “…”`.
_STARTS_TITLE = re.compile(r"[»\"”“]?\s*[:：]|\s*[“\"][^”\"]*[\uac00-\ud7af]")


# What has to stand right beside a name that may be any word: "according to Metro", not "Metro says".
_PLAIN_BEFORE = re.compile(
    r"(?<!\w)(?:according to|as reported by|quoted by|citing|selon|d['’]après|laut|según|"
    r"citando a|secondo|segundo|"
    r"de acordo com|według|по данным|по информации|со ссылкой на|за даними|з посиланням на|"
    r"volgens|podle|podľa|enligt|ifølge|potrivit|σύμφωνα με|според|menurut|theo|לפי|بحسب|وفقا ل|به گزارش)"
    r"\s+(?P<article>(?:the|le|la|les|der|die|dem|das|el|il|lo|o|a|de|het)\s+)?[«\"„“”'’(《「『]*$",
    re.IGNORECASE,
)
_PLAIN_AFTER = re.compile(
    r"[»\"”“’'》」』]*(?:\s?(?:zufolge|szerint|mukaan|के अनुसार|के मुताबिक|کے مطابق)(?!\w)|"
    r"['’]?(?:y?[ae]|n?[ıiuü]n \w+n[ae]) göre(?!\w)|에 따르면|에 의하면|"
    r"によると|によれば|报道称|報道稱|が報じ)"
)
# 据…报道 stands around it.
_PLAIN_AROUND = re.compile(r"[据據][《「『“]?$"), re.compile(r"[》」』”]?(?:报道|報道|報導|消息)")
_ENDS_PLAIN = re.compile(r"[»\"”“’'）)》」』]*(?:$|[.,;:!?–—…]|\s+[-–—])")
_GOES_ON = re.compile(r"(?:[-&’']|\s+(?:[^\W\d_a-zß-ÿа-я]|of\b|and\b|&))")


def citation(story: Story, sources: Sources, at_hand: Sources = NO_SOURCES) -> Citation | None:
    """The outlet that a story quotes for its news; None where it tells it on its own account.

    `at_hand` are the outlets of the stories beside it, for which nobody keeps a table; beside them, those
    whose feeds are polled are known.
    """
    own = sources.voice(story.outlet)
    for raw, is_title in ((story.title, True), (story.summary[:OPENING], False)):
        text = raw if raw.isascii() else raw.translate(_NARROW)
        for mention in _mentions(text, sources, at_hand):
            if mention.source.voice == own:
                continue
            if _attributed(text, mention, is_title=is_title):
                start = max(0, mention.start - 30)
                return Citation(mention.source, text[start : mention.end + 20].strip())
    return None


def _mentions(text: str, sources: Sources, at_hand: Sources) -> Iterator[Mention]:
    """Where outlets are named, in order; of two names in one place the longer one is meant."""
    found = list(sources.mentions(text))
    for more in (at_hand, sources.feeds):
        if more and more.known:
            found += more.mentions(text)
    found.sort(key=lambda one: (one.start, -one.end))
    end = 0
    for mention in found:
        if mention.start >= end:
            end = mention.end
            yield mention


def _attributed(text: str, mention: Mention, *, is_title: bool) -> bool:
    if mention.source.plain:
        return _plainly_quoted(text, mention)
    return _quoted(text, mention) or (is_title and _signed(text, mention))


def _plainly_quoted(text: str, mention: Mention) -> bool:
    """Whether a name that may be any word can only be that of an outlet here: "according to Metro, …"."""
    before, after = text[max(0, mention.start - _REACH) : mention.start], text[mention.end : mention.end + 80]
    around = _PLAIN_AROUND[0].search(before) and _PLAIN_AROUND[1].match(after)
    if around or _PLAIN_AFTER.match(after):
        return True
    found = _PLAIN_BEFORE.search(before)
    if found is None:
        return False
    # "according to the Metro driver" tells of a train, "according to World Bank figures" of a bank.
    return bool(_ENDS_PLAIN.match(after)) if found["article"] else not _GOES_ON.match(after)


def _quoted(text: str, mention: Mention) -> bool:
    """Whether the words around a name say that it is quoted, or that the text is its copy: (Reuters)."""
    before, after = text[max(0, mention.start - _REACH) : mention.start], text[mention.end : mention.end + 80]
    if _ABOUT_IT.match(after):
        return False
    if _QUOTES_BEFORE.search(before) or _QUOTES_AFTER.match(after):
        return True
    if _INVERTED.search(before) and _ENDS_PLAIN.match(after):
        return True
    return bool(_CREDIT_BEFORE.search(before[-3:]) and before[-3:].strip() and _CREDIT_AFTER.match(after))


def _signed(title: str, mention: Mention) -> bool:
    """Whether a headline begins `NYT: …` or ends `… – Reuters`."""
    before, after = title[: mention.start], title[mention.end :]
    ends = not after.strip(' .»"”“)') and _ENDS_TITLE.search(before)
    return bool(ends or (not before.strip('«"„“ ') and _STARTS_TITLE.match(after)))
