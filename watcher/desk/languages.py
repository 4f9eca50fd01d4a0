"""The languages that news comes in, by the words people have for them: fr, French, français."""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz import fuzz, process

from watcher.models import WatcherError

_NAMES = {
    "af": "Afrikaans", "am": "Amharic አማርኛ", "ar": "Arabic العربية عربي", "az": "Azerbaijani azərbaycanca",
    "be": "Belarusian беларуская", "bg": "Bulgarian български", "bn": "Bengali Bangla বাংলা",
    "bs": "Bosnian bosanski", "ca": "Catalan català", "cs": "Czech čeština česky", "cy": "Welsh Cymraeg",
    "da": "Danish dansk", "de": "German Deutsch", "el": "Greek ελληνικά", "en": "English",
    "es": "Spanish español castellano", "et": "Estonian eesti", "eu": "Basque euskara",
    "fa": "Persian Farsi فارسی", "fi": "Finnish suomi", "fr": "French français", "ga": "Irish Gaeilge",
    "gl": "Galician galego", "gu": "Gujarati ગુજરાતી", "he": "Hebrew עברית", "hi": "Hindi हिन्दी",
    "hr": "Croatian hrvatski", "hu": "Hungarian magyar", "hy": "Armenian հայերեն",
    "id": "Indonesian Bahasa", "is": "Icelandic íslenska", "it": "Italian italiano", "ja": "Japanese 日本語",
    "ka": "Georgian ქართული", "kk": "Kazakh қазақша", "km": "Khmer ខ្មែរ", "kn": "Kannada ಕನ್ನಡ",
    "ko": "Korean 한국어", "ku": "Kurdish kurdî", "ky": "Kyrgyz кыргызча", "lo": "Lao ລາວ",
    "lt": "Lithuanian lietuvių", "lv": "Latvian latviešu", "mk": "Macedonian македонски",
    "ml": "Malayalam മലയാളം", "mn": "Mongolian монгол", "mr": "Marathi मराठी", "ms": "Malay Melayu",
    "mt": "Maltese Malti", "nb": "Bokmål", "ne": "Nepali नेपाली", "nl": "Dutch Nederlands Flemish",
    "nn": "Nynorsk", "no": "Norwegian norsk", "pa": "Punjabi ਪੰਜਾਬੀ", "pl": "Polish polski",
    "ps": "Pashto پښتو", "pt": "Portuguese português", "ro": "Romanian română", "ru": "Russian русский",
    "si": "Sinhala සිංහල", "sk": "Slovak slovenčina slovensky", "sl": "Slovenian Slovene slovenščina",
    "sq": "Albanian shqip", "sr": "Serbian српски srpski", "sv": "Swedish svenska", "sw": "Swahili Kiswahili",
    "ta": "Tamil தமிழ்", "te": "Telugu తెలుగు", "th": "Thai ไทย", "tl": "Tagalog Filipino",
    "tr": "Turkish Türkçe", "ug": "Uyghur ئۇيغۇرچە", "uk": "Ukrainian українська", "ur": "Urdu اردو",
    "vi": "Vietnamese Việt", "zh": "Chinese 中文 汉语",
}  # fmt: skip
_BY_WORD = {word.casefold(): code for code, words in _NAMES.items() for word in (code, *words.split())}


class LanguageError(WatcherError):
    """A word that no language is known by."""


def language_named(word: str) -> str:
    """The ISO 639-1 code of a language by its code or name; empty where none is known by that word."""
    return _BY_WORD.get(word.strip().casefold(), "")


def languages_named(words: Iterable[str]) -> tuple[str, ...]:
    """The codes of some languages, each once; raises LanguageError for a word that is none."""
    found = [(word, language_named(word)) for word in words]
    for word, code in found:
        if not code:
            raise LanguageError(unknown_language(word))
    return tuple(dict.fromkeys(code for _, code in found))


def unknown_language(word: str) -> str:
    """What to say of a word that is no language's code: the one that was meant, if one can be guessed."""
    meant = language_named(word)
    if not meant and len(word.strip()) > 3:
        near = process.extractOne(word.strip().casefold(), list(_BY_WORD), scorer=fuzz.ratio, score_cutoff=70)
        meant = _BY_WORD[near[0]] if near else ""
    hint = (
        f"Write {meant} for {_NAMES[meant].split()[0]}."
        if meant
        else "Write two letters: en, fr, pl, uk, or the language's name."
    )
    return f"{word.strip()!r} is no language that is known here. {hint}"
