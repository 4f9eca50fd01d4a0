"""Names and descriptions of commands as people read them in French, German and Spanish. Pure.

A word that has no translation here stays English; Discord shows each person their own language.
"""

from __future__ import annotations

from watcher.chat.discord.descriptions import DESCRIPTIONS

LOCALES = ("fr", "de", "es-ES", "es-419")

# English: French, German, Spanish
_WORDS: dict[str, tuple[str, str, str]] = {
    "digest": ("revue", "überblick", "resumen"),
    "watch": ("veille", "beobachten", "vigilar"),
    "topic": ("sujet", "thema", "tema"),
    "feed": ("flux", "feed", "fuente"),
    "add": ("ajouter", "hinzufügen", "añadir"),
    "test": ("essayer", "testen", "probar"),
    "edit": ("modifier", "ändern", "editar"),
    "remove": ("retirer", "entfernen", "quitar"),
    "list": ("liste", "liste", "lista"),
    "not": ("pas", "nicht", "no"),
    "also": ("aussi", "auch", "también"),
    "unlearn": ("désapprendre", "verlernen", "desaprender"),
    "show": ("montrer", "zeigen", "mostrar"),
    "subscribe": ("abonner", "abonnieren", "suscribir"),
    "unsubscribe": ("désabonner", "abbestellen", "cancelar"),
    "subscriptions": ("abonnements", "abonnements", "suscripciones"),
    "quiet": ("silence", "ruhe", "silencio"),
    "health": ("santé", "zustand", "salud"),
    "import": ("importer", "importieren", "importar"),
    "export": ("exporter", "exportieren", "exportar"),
    "search": ("chercher", "suchen", "buscar"),
    "why": ("pourquoi", "warum", "por-qué"),
    "settings": ("réglages", "einstellungen", "ajustes"),
    "status": ("état", "status", "estado"),
    "help": ("aide", "hilfe", "ayuda"),
    "holiday": ("jours-fériés", "feiertage", "festivos"),
    "trend": ("tendance", "verlauf", "tendencia"),
    "alerts": ("alertes", "alarme", "alertas"),
    "oncall": ("astreinte", "bereitschaft", "guardia"),
    "window": ("période", "zeitraum", "periodo"),
    "name": ("nom", "name", "nombre"),
    "query": ("requête", "suche", "consulta"),
    "sensitivity": ("sensibilité", "empfindlichkeit", "sensibilidad"),
    "without": ("sans", "ohne", "sin"),
    "title": ("titre", "titel", "título"),
    "topics": ("sujets", "themen", "temas"),
    "how": ("comment", "wie", "cómo"),
    "times": ("heures", "uhrzeiten", "horas"),
    "zone": ("fuseau", "zeitzone", "zona"),
    "languages": ("langues", "sprachen", "idiomas"),
    "to": ("pour", "an", "para"),
    "which": ("lequel", "welches", "cuál"),
    "hours": ("heures", "stunden", "horas"),
    "address": ("adresse", "adresse", "dirección"),
    "tags": ("étiquettes", "schlagwörter", "etiquetas"),
    "anyway": ("quand-même", "trotzdem", "igualmente"),
    "word": ("mot", "wort", "palabra"),
    "file": ("fichier", "datei", "archivo"),
    "words": ("mots", "wörter", "palabras"),
    "story": ("article", "artikel", "noticia"),
    "value": ("valeur", "wert", "valor"),
    "command": ("commande", "befehl", "comando"),
    "event": ("événement", "ereignis", "suceso"),
    "follow": ("suivre", "folgen", "seguir"),
    "unfollow": ("ne-plus-suivre", "entfolgen", "dejar-de-seguir"),
    "following": ("suivis", "gefolgt", "seguidos"),
    "mute": ("taire", "stumm", "silenciar"),
    "unmute": ("rétablir", "laut", "reactivar"),
    "merge": ("réunir", "zusammenlegen", "unir"),
    "split": ("séparer", "trennen", "separar"),
    "edits": ("corrections", "korrekturen", "correcciones"),
    "undo": ("annuler", "zurücknehmen", "deshacer"),
    "not-topic": ("hors-sujet", "nicht-thema", "fuera-de-tema"),
    "other": ("autre", "anderes", "otro"),
    "how_long": ("durée", "dauer", "duración"),
    "number": ("numéro", "nummer", "número"),
    "alert": ("alerte", "alarm", "alerta"),
    "ack": ("prendre", "übernehmen", "asumir"),
    "checking": ("vérifier", "prüfen", "comprobar"),
    "snooze": ("reporter", "schlummern", "posponer"),
    "not-news": ("sans-intérêt", "keine-nachricht", "no-es-noticia"),
    "reopen": ("rouvrir", "wieder-öffnen", "reabrir"),
    "escalate": ("appeler", "eskalieren", "escalar"),
    "rule": ("règle", "regel", "regla"),
    "missed": ("manquée", "verpasst", "perdida"),
    "report": ("bilan", "bericht", "informe"),
    "who": ("qui", "wer", "quién"),
    "rota": ("tour", "plan", "turno"),
    "set": ("définir", "festlegen", "fijar"),
    "shift": ("service", "schicht", "servicio"),
    "fallback": ("secours", "ersatz", "reserva"),
    "clear": ("effacer", "löschen", "borrar"),
    "take": ("assurer", "einspringen", "tomar"),
    "swap": ("échanger", "tauschen", "cambiar"),
    "away": ("absent", "abwesend", "ausente"),
    "people": ("personnes", "personen", "personas"),
    "person": ("personne", "person", "persona"),
    "turns": ("tours", "wechsel", "rotación"),
    "handover": ("relève", "übergabe", "relevo"),
    "day": ("jour", "tag", "día"),
    "days": ("jours", "tage", "días"),
    "first": ("du", "von", "desde"),
    "last": ("au", "bis", "hasta"),
    "until": ("jusque", "bis", "hasta"),
    "one": ("un", "eins", "uno"),
    "how-long": ("durée", "dauer", "duración"),
    "country": ("pays", "land", "país"),
    "Find coverage": ("Trouver la couverture", "Berichte finden", "Buscar cobertura"),
    "Why?": ("Pourquoi ?", "Warum?", "¿Por qué?"),
}


def names(word: str) -> dict[str, str]:
    """A command's or an argument's name in other languages, by Discord's locale."""
    return _by_locale(_WORDS.get(word))


def descriptions(path: tuple[str, ...]) -> dict[str, str]:
    """The description of a command, or of a group of them, in other languages."""
    return _by_locale(DESCRIPTIONS.get(" ".join(path)))


def _by_locale(found: tuple[str, str, str] | None) -> dict[str, str]:
    if found is None:
        return {}
    french, german, spanish = found
    return dict(zip(LOCALES, (french, german, spanish, spanish), strict=True))
