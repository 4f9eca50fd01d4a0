"""Korean names: one name, written in Hangul or in any of the ways in which Latin letters spell it.

이강인 is Lee Kang-in, Yi Gangin and Kang-in Lee. Every family and each of the family spells as it likes, so a
name that no catalogue lists is looked for in all spellings of its syllables; those that names are made of are
few enough to be listed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product

_INITIALS = "g k|kk k|n|d t|tt d|r l|m|b p|pp b|s sh|ss s||j ch|jj j|ch|k|t|p|h".split("|")
_MEDIALS = (
    "a ah|ae ai|ya|yae|eo u o uh|e|yeo you yu yo|ye|o oh|wa|wae|oe oi|yo|u oo woo|wo|we|wi|yu yoo|eu u"
    "|ui eui ee|i ee"
).split("|")
_FINALS = {0: "", 1: "k g", 4: "n", 7: "t", 8: "l", 16: "m", 17: "p b", 19: "t s", 21: "ng"}
_FIRST, _MEDIAL_COUNT, _FINAL_COUNT = ord("가"), 21, 28
_SH_BEFORE = ("i", "ee", "wi")

_SURNAMES = (
    "김 kim gim|이 lee yi rhee ri i|박 park pak bak|최 choi choe"
    "|정 jung jeong chung cheong chong|강 kang gang|조 cho jo|윤 yoon yun|장 jang chang"
    "|임 lim im rim|한 han|오 oh o|서 seo suh so|신 shin sin|권 kwon gwon|황 hwang"
    "|안 ahn an|송 song|류 ryu yoo|유 yoo yu you ryu|홍 hong|전 jeon jun chun chon"
    "|고 ko go koh|문 moon mun|양 yang|손 son sohn|배 bae pae|백 baek paik paek back"
    "|허 heo hur huh|남 nam|심 shim sim|노 noh roh no|하 ha|곽 kwak gwak|성 sung seong"
    "|차 cha|주 joo ju chu|우 woo u|구 koo gu ku goo|나 na ra|민 min|진 jin chin"
    "|지 ji chi jee|엄 eom um uhm|채 chae|원 won|천 cheon chun|방 bang pang|공 kong gong"
    "|현 hyun hyeon|변 byun byeon|염 yeom yum|여 yeo|추 choo chu|도 do|석 seok suk"
    "|선 sun seon|설 seol|마 ma|길 gil kil|표 pyo|명 myung myeong|기 ki|반 ban|라 ra"
)
_SYLLABLES = (
    "가강건걸겸경계고곤공관광교구국군권규균극근금기길나남녕노다단달담대덕도돈동두라란람래량련령로룡루"
    "류률름리린림마만맹명모몽무묵문미민박배백범별병보복봄봉부비빈사산삼상새샘서석선설섭성세소솔송수숙"
    "순슬승시식신실심아안애양언여연열엽영예오옥온완왕용우욱운웅원월유윤율은을의이익인일임자장재전점정"
    "제조종주준중지진찬찰창채천철청초춘충치칠탁태택판평필하학한항해향혁현형혜호홍화환황회효후훈휘흥희"
)
_MOST = 18
"""Hangul spellings of a name in Latin letters that are looked for."""
_LONG = 9
"""Letters from which three small words side by side are taken to be a name."""


@dataclass(frozen=True, slots=True)
class Korean:
    """A name as what may be its family's name, and its two further syllables, in Hangul."""

    family: tuple[str, ...]
    first: tuple[str, ...]
    second: tuple[str, ...]

    def hangul(self) -> tuple[str, ...]:
        """The name in Hangul, in each way in which it may be meant."""
        return tuple(map("".join, product(self.family, self.first, self.second)))[:_MOST]

    def latin(self) -> Iterator[tuple[tuple[str, ...], ...]]:
        """The name's words in Latin letters, each as all its spellings: either end first, joined or not."""
        family = _each(_family_spellings()[one] for one in self.family)
        first, second = (_each(map(_spellings, part)) for part in (self.first, self.second))
        given = tuple(map("".join, product(first, second)))
        yield from ((family, first, second), (family, given), (first, second, family), (given, family))


def korean(words: Sequence[str]) -> Korean | None:
    """Folded words as the Korean name that they spell, if they spell one."""
    if len(words) == 1:
        return _in_hangul(words[0])
    families, syllables = _families(), _syllables()
    if len(words) == 3 and words[0] in families and {words[1], words[2]} <= syllables.keys():
        return Korean(families[words[0]], syllables[words[1]], syllables[words[2]])
    if len(words) == 3 and words[2] in families and {words[0], words[1]} <= syllables.keys():
        return Korean(families[words[2]], syllables[words[0]], syllables[words[1]])
    return None


def is_korean(words: Sequence[str]) -> bool:
    """Whether words that somebody typed side by side, without capitals, are surely one Korean name."""
    long = len(words) == 3 and len("".join(words)) >= _LONG
    return long and words[0] in _families() and korean(words) is not None


def _in_hangul(word: str) -> Korean | None:
    if len(word) != 3 or word[0] not in _family_spellings() or not set(word[1:]) <= set(_SYLLABLES):
        return None
    return Korean((word[0],), (word[1],), (word[2],))


@cache
def _family_spellings() -> dict[str, tuple[str, ...]]:
    return {line[0]: tuple(line[1:].split()) for line in _SURNAMES.split("|")}


@cache
def _families() -> dict[str, tuple[str, ...]]:
    """Hangul by spelling."""
    return _turned((hangul, spelt) for hangul, each in _family_spellings().items() for spelt in each)


@cache
def _syllables() -> dict[str, tuple[str, ...]]:
    return _turned((one, spelt) for one in _SYLLABLES for spelt in _spellings(one))


def _turned(pairs: Iterator[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    for hangul, spelt in pairs:
        found[spelt].append(hangul)
    return {spelt: tuple(each) for spelt, each in found.items()}


@cache
def _spellings(syllable: str) -> tuple[str, ...]:
    """How Latin letters spell a syllable of Hangul; long vowels only where it ends with them."""
    rest, final = divmod(ord(syllable) - _FIRST, _FINAL_COUNT)
    initial, medial = divmod(rest, _MEDIAL_COUNT)
    ends = _FINALS.get(final, "").split() or [""]
    starts, middles = _INITIALS[initial].split() or [""], _MEDIALS[medial].split()
    spelt = [
        start + middle + end
        for start, middle, end in product(starts, middles, ends)
        if not (end and middle.endswith(("h", "ee")))
        and not (start and middle == "woo")
        and not (start == "sh" and middle not in _SH_BEFORE)
    ]
    spelt += [one.replace("hw", "wh") for one in spelt if one.startswith("hw")]
    return tuple(dict.fromkeys(spelt))


def _each(parts: Iterator[tuple[str, ...]] | map[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(spelt for part in parts for spelt in part))
