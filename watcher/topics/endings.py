"""How names and words change with case and number, as endings to add, drop or change.

A word is known by stems: itself; itself without a last vowel; itself with a consonant that changes. An
ending is looked up after the stem, with the languages that have it; in a text of another language it
does not count. Prefixes are the one-letter words that Arabic and Hebrew write onto the next word.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import TypeVar

from watcher.topics.text import fold

_Ends = TypeVar("_Ends")

# After the whole word: Putin-em, Путин-ым, Putyin-nal, Nordkorea-s.
_ADDED = {
    "en": "s es",
    "de": "s es e em n en er ern isch ische ischen ischer isches sche schen scher sches schem",
    "nl": "s se en",
    "sv": "s en ens et ets",
    "da": "s en ens et ets",
    "no": "s en ens et ets",
    "fr": "s e es ne nes",
    "es": "s es",
    "pt": "s es",
    "it": "i",
    "pl": """a owi em iem ie u y i e o om ami ach ow ego iego emu im ym ych ich ymi imi m mi ch ej wi
        owie owa owej owska ia iowi iu""",
    "cs": "a ovi em e u y i ou o um ach ech ich ami ove ova uv ovy ovych ho mu m ym",
    "sk": "a ovi om e u y i ou o ov och ami ach ova ove ho mu m ym im",
    "sl": "a u om em e i o ov ova ovi ove ovo ovega ovih ovim ovem ih im imi",
    "hr": "a u om em e i o ov ova ove ovo ovi ovih ovim ovu ovog ovom ih im ima ama",
    "sr": """a u om em e i o ov ova ove ovo ovi ovih ovim ovu ovog ovom ih im ima ama а у ом ем е и о ов ова
        ове ово ови ових овим ову овог овом их им има ама""",
    "lt": "as o ui a u e is io iui iu us aus os oje ai ius iaus iumi uje yje",
    "lv": "s a am u ai as im is i os iem",
    "et": "i it ile ilt il is ist iga iks ini ita ga le ks s st l lt ni ta sse d",
    "fi": """n in a ia ta ssa sta lla lta lle na ksi issa ista illa ilta ille iin en an ina iksi it ien
        tta han hen hun si aan een on un""",
    "hu": """t ot et at nak nek val vel nal nel ban ben ba be bol rol tol hoz hez ra re on en n ig ert
        kent e je ja i k ok ek ak os es as tal tel ral rel sal sel lal lel dal del pal pel kal kel mal
        mel gal gel jal jel szal szel bal bel fal fel zal zel okat unk ei""",
    "tr": """in un nin nun de da te ta den dan ten tan e a ye ya i u yi yu le la yle yla ler lar li lu
        nda nde ndan nden na ne ni nu lerin larin leri lari ci cu ki""",
    "ro": "ului ul lui a ei ii i le lor e uri urile",
    "el": "ς υ ν η ου ον α ας",
    "ru": """а у ом ем е ы и ой ою ей я ю ь ям ами ах ов ев ым им ых его ого ему ому ский ского ская м й
        в х""",
    "uk": "а у ом ем е и і ой ою ей я ю ь ям ами ах ів ов ові еві им ім их ого ому єм ї в м й",
    "bg": "а у ът ят та то те и ия о ов ови ева ова ово овата овия овите овото",
    "be": "а у ам ом е ы і ай ою ей я ю ым ім аў ах",
    "mk": "от та то те и а ов ова ови овата овиот",
    "fa": "ها هاي ي اي",
    "ar": "ي يه يين يون ين ه ها",
    "is": "s i u ar um inu inn",
    "sq": "i it in u",
    "bn": "ে র ের তে কে য় য়ের",
    "ka": "ი ის ს ში ზე დან თან მა ით ისთვის სთვის",
    "hy": "ի ն ը ում ից ին ով ու յում յի յից",
}
# In place of the last vowel: Ukrain(a)-y, Росси(я)-ю, Moszkv(a)-ában.
_CHANGED = {
    "pl": "y i e a o u ie em iem ego emu im ym om ami ach ow ych ich ymi imi iego iej ej",
    "cs": "y e u ou o i a am ach ami em ich ym eho emu",
    "sk": "y e u ou o i a am ach ami om ej ich ym eho emu",
    "sl": "e i o u a am ah ami om em ih im ega emu",
    "hr": "e i o u a om ama em ih im og oj",
    "sr": "e i o u a om ama em ih im og oj е и о у а ом ама ем их им ог ој",
    "lt": "a os ai oje u o as ui es e ei is io iui",
    "lv": "as ai u a i es ei e am is",
    "fi": "an in en on un ia issa ista",
    "ro": "ei ii e i a",
    "el": "ας ης ου ο α η ε οι ων ους",
    "ru": """ы и е у ю ой ей ою ею о а я ом ем ам ям ами ями ах ях ого ому ых ым ые ое ую ая его ему им их
        ев ов ии ию ией ь""",
    "uk": "и і е у ю ою ею ої ій о а я ом ем єм ам ям ами ями ах ях ого ому их им єю ію ії ів",
    "bg": "и та те о е ата ия",
    "be": "ы і е у ю ай ой яй о а я ом ам ах ого",
    "it": "a e i o",
    "es": "s a as os",
    "pt": "s a as os",
    "sv": "or orna an as",
    "is": "u i o ur",
    "ka": "ის ს ში ზე დან თან მა ით ისთვის",
    "hy": "յի յում յից յան ի",
    "sq": "e es en a",
}
# In place of a last -as, -is, -us: Balčiūnas, Balčiūno; Berlynas, Berlyne. And of -s: Brankovičs, Brankoviča.
_AFTER_S = {
    "lt": "o ui a e u io iui iu yje uje aus iaus iumi",
    "lv": "a am u i e iem",
}
# Languages whose names take no endings: what other languages add does not count in them.
_UNCHANGING = ("id", "ms", "vi", "th", "zh", "ja", "ko", "sw", "ha", "hi", "ur")
LANGUAGES = {
    language: 1 << number for number, language in enumerate(sorted({*_ADDED, *_CHANGED, *_UNCHANGING}))
}
"""Each language with endings, as one bit of a mask."""
EVERY = (1 << len(LANGUAGES)) - 1
LONGEST = 6

# The consonant before a last vowel, or at the end, that changes: Ameryka, Ameryce; Praga, Pradze; Madryt,
# Madrycie.
_SOFTENED = {
    "ka": {"pl": "ce", "cs": "ce"},
    "ga": {"pl": "dze", "cs": "ze"},
    "da": {"pl": "dzie"},
    "ta": {"pl": "cie"},
    "ra": {"pl": "rze"},
    "la": {"pl": "le"},
    "ка": {"uk": "ці"},
    "га": {"uk": "зі"},
    "ха": {"uk": "сі"},
    "cha": {"cs": "se"},
    "t": {"pl": "cie"},
    "d": {"pl": "dzie"},
    "r": {"pl": "rze"},
}
# A vowel that goes when an ending comes: Tusek, Tuska; Київ, Києва; Wiedeń, Wiednia.
_FLEETING = {
    "ek": ("k",),
    "ec": ("c",),
    "ok": ("k",),
    "iec": ("c",),
    "ес": ("с",),
    "ец": ("ц",),
    "ок": ("к",),
    "ек": ("к",),
    "ів": ("ов", "ев", "єв"),
    "ев": ("ев",),
    "ел": ("л",),
    "el": ("l",),
    "en": ("n",),
    "ень": ("н",),
}
_FINNISH = {
    "nen": ("se", "s"),
    # A double consonant is halved: Turkki, Turkin; Eurooppa, Euroopan.
    **{f"{one}{one}{vowel}": (one + vowel,) for one in "kpt" for vowel in "aiou"},
}
_VOWELS = frozenset("aeiouyаеиоуыэюяієйь") | frozenset("αειουη") | frozenset("აეიოუაեիոու")
_PREFIXES = (
    *("و", "ف", "ب", "ل", "ك", "ال", "وال", "بال", "فال", "كال", "لل", "وب", "ول", "ولل", "وبال"),
    *("ב", "ל", "מ", "ה", "ו", "ש", "כ", "וה", "שה", "מה", "וב", "ול", "ומ", "כש", "וש", "של", "שב", "שמ"),
)
_PREFIXED = frozenset(
    "uber unter hinter wider durch miss voll ein aus auf vor ver ent her hin nach uit over onder door af aan "
    "op bij tegen weer in till fram fore forbi mot igen av pa ut upp ned inn til an be ge".split()
)
_ARTICLES = ("ال",)
_WITHOUT_ARTICLE = tuple(prefix for prefix in _PREFIXES if "ل" not in prefix or prefix in ("ل", "ول"))


def bit(language: str) -> int:
    """The mask of a language: its own bit, or every bit where it is not known."""
    return LANGUAGES.get(language[:2], EVERY)


def _masks(endings: dict[str, str]) -> dict[str, int]:
    masks: dict[str, int] = defaultdict(int)
    for language, words in endings.items():
        for ending in words.split():
            masks[fold(ending).strip()] |= LANGUAGES[language]
    return dict(masks)


ADDED = _masks(_ADDED)
CHANGED = _masks(_CHANGED)
_REPLACED = _masks(_AFTER_S)
_SOFTER = {last: _masks(ends) for last, ends in _SOFTENED.items()}


def _of(*languages: str) -> dict[str, int]:
    """The endings that are added in these languages."""
    ours = sum(LANGUAGES[language] for language in languages)
    return {end: mask & ours for end, mask in ADDED.items() if mask & ours}


_FROM_Y = {"ies": LANGUAGES["en"]}
_SLAVIC_ADDED = _of("pl", "cs", "sk", "sl", "hr", "sr", "ru", "uk", "be", "bg", "mk", "lt")
_FINNIC_ADDED = _of("fi", "et")
# Only these are looked for at the end of a token: a table that `stems` gives has to be among them.
_ALL = frozenset((*ADDED, *CHANGED, *_REPLACED, *_FROM_Y, *chain.from_iterable(_SOFTER.values())))


def _by_tail() -> dict[str, tuple[str, ...]]:
    """By its last two letters, what may be the ending of a token, the longest first."""
    tails = {end[-2:] for end in _ALL if len(end) > 1}
    longest_first = sorted(_ALL, key=len, reverse=True)
    return {
        tail: tuple(end for end in longest_first if end.endswith(tail) or tail.endswith(end))
        for tail in tails
    }


_BY_TAIL = _by_tail()


def stems(word: str) -> Iterator[tuple[str, dict[str, int]]]:
    """What is left of a word when it takes endings, each with the endings it then takes."""
    if len(word) >= 2:
        yield word, ADDED
    if len(word) >= 4 and word[-1] in _VOWELS:
        yield word[:-1], CHANGED
        if len(word) >= 6 and word[-2] in "аеиоы":
            yield word[:-2], CHANGED
    if len(word) >= 4 and word[-1] == "y":
        yield word[:-1], _FROM_Y
    if len(word) >= 5 and word[-1] in "иσς":
        yield word[:-2], CHANGED
    if len(word) >= 5 and word[-1] == "s":
        yield (word[:-2] if word[-2] in "aiu" else word[:-1]), _REPLACED
    if len(word) >= 4:
        yield from ((word[: -len(last)], softer) for last, softer in _last_of(word, _SOFTER))
    for fleeting, ends in ((_FLEETING, _SLAVIC_ADDED), (_FINNISH, _FINNIC_ADDED)):
        for last, shorter in _last_of(word, fleeting):
            if len(word) >= 4 + (last != "ів"):
                yield from ((word[: -len(last)] + end, ends) for end in shorter)


def _last_of(word: str, table: Mapping[str, _Ends]) -> Iterator[tuple[str, _Ends]]:
    """What of a table a word ends with; most words, with nothing of it, are told in one step."""
    if word.endswith(tuple(table)):
        yield from (entry for entry in table.items() if word.endswith(entry[0]))


# What a stem leaves of a word at most.
_DROPPED = max(map(len, (*_SOFTER, *_FLEETING, *_FINNISH)))


def cased_in(whole: str, word: str) -> int:
    """The mask of the languages in which a word may be a case of this whole one."""
    if word == whole:
        return EVERY
    if len(word) - len(whole) > LONGEST or not word.startswith(whole[: max(len(whole) - _DROPPED, 0)]):
        return 0
    found = 0
    for stem, ends in stems(whole):
        if word.startswith(stem):
            found |= ends.get(word[len(stem) :], 0)
    return found


def mask_of(languages: Iterable[str]) -> int:
    """The mask of some languages, without those whose endings we do not know."""
    return sum(LANGUAGES.get(language, 0) for language in set(languages))


def bare(token: str, *, article: bool = True) -> Iterator[str]:
    """A token without the words that Arabic or Hebrew wrote onto its beginning.

    Names of others' people and places have no `article` in Arabic.
    """
    if not "\u05d0" <= token[0] <= "\u06ff":
        return
    for prefix in _PREFIXES if article else _WITHOUT_ARTICLE:
        if token.startswith(prefix) and len(token) - len(prefix) >= 3:
            yield token[len(prefix) :]


def without_article(word: str) -> Iterator[str]:
    """An Arabic word without its article, which a preposition swallows (ل + الكرملين = للكرملين)."""
    for article in _ARTICLES:
        if word.startswith(article) and len(word) >= 5:
            yield word[len(article) :]


def ends_in_vowel(word: str) -> bool:
    """Whether a word ends in a letter that goes when an ending comes."""
    return word[-1] in _VOWELS


def possible(token: str) -> list[str]:
    """What may be an ending of a token, the longest first, with two letters or more before it."""
    if not token.isascii() and any(map(signs, token[-2:])):
        starts = range(max(2, len(token) - LONGEST), len(token))
        return [end for at in starts if (end := token[at:]) in _ALL or signs(end)]
    may_end = _BY_TAIL.get(token[-2:])
    if may_end is None:
        return [token[-1]] if len(token) > 2 and token[-1] in _ALL else []
    return [end for end in may_end if token.endswith(end) and len(token) - len(end) >= 2]


def signs(end: str) -> int:
    """The mask of an ending in a script of which we have no endings: a sign or two may be one."""
    return EVERY if 0 < len(end) <= 2 and "\u0900" <= end[0] <= "\u0dff" else 0


def may_head(start: str) -> bool:
    """Whether a compound may begin with this: a prefix of verbs makes another word (übertreffen)."""
    return start not in _PREFIXED


# German, Dutch, the Nordic languages and Finnish write a name and what it is about as one word.
COMPOUNDERS = frozenset(("de", "nl", "sv", "da", "no", "fi", "et", "hu", "is"))
COMPOUNDING = sum(LANGUAGES[language] for language in COMPOUNDERS)
# Those whose adjectives are bent by case: ukraiński, ukraińskiego.
DECLINING = frozenset("pl cs sk sl hr sr ru uk be bg mk lt lv et fi hu de is el".split())
