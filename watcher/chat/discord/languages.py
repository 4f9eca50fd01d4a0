"""Names and descriptions of commands as people read them in French, German and Spanish. Pure.

A word that has no translation here stays English; Discord shows each person their own language.
"""

from __future__ import annotations

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
    "Find coverage": ("Trouver la couverture", "Berichte finden", "Buscar cobertura"),
    "Why?": ("Pourquoi ?", "Warum?", "¿Por qué?"),
}

_DESCRIPTIONS: dict[str, tuple[str, str, str]] = {
    "digest": (
        "Ce qui s'est passé, événement par événement, avec toutes les sources.",
        "Was geschehen ist, Ereignis für Ereignis, mit allen Quellen.",
        "Lo que ha pasado, suceso a suceso, con todas las fuentes.",
    ),
    "watch": (
        "Sujets, abonnements, flux et réglages de cette rédaction.",
        "Themen, Abonnements, Feeds und Einstellungen dieser Redaktion.",
        "Temas, suscripciones, fuentes y ajustes de esta redacción.",
    ),
    "watch topic": (
        "Ce que la rédaction surveille.",
        "Was die Redaktion beobachtet.",
        "Lo que vigila la redacción.",
    ),
    "watch feed": (
        "D'où viennent les articles.",
        "Woher die Artikel kommen.",
        "De dónde vienen las noticias.",
    ),
    "watch topic add": (
        "Surveiller un nouveau sujet et voir ce qu'il aurait attrapé.",
        "Ein neues Thema beobachten und sehen, was es gefunden hätte.",
        "Vigilar un tema nuevo y ver lo que habría encontrado.",
    ),
    "watch topic test": (
        "Essayer une requête sur les sept derniers jours, sans rien enregistrer.",
        "Eine Suche an den letzten sieben Tagen testen; nichts wird gespeichert.",
        "Probar una consulta con los últimos siete días, sin guardar nada.",
    ),
    "watch topic edit": (
        "Changer ce qu'un sujet cherche, et voir ce que cela change.",
        "Ändern, wonach ein Thema sucht, und sehen, was das ändert.",
        "Cambiar lo que busca un tema y ver qué cambia.",
    ),
    "watch topic remove": (
        "Ne plus surveiller un sujet.",
        "Ein Thema nicht mehr beobachten.",
        "Dejar de vigilar un tema.",
    ),
    "watch topic list": (
        "Tous les sujets, et ce qu'ils ont attrapé en une semaine.",
        "Alle Themen, und was sie in einer Woche gefunden haben.",
        "Todos los temas y lo que encontraron en una semana.",
    ),
    "watch topic show": (
        "Ce qu'un sujet cherche, comment il est compris, ce qu'il attrape.",
        "Wonach ein Thema sucht, wie es verstanden wird und was es findet.",
        "Lo que busca un tema, cómo se entiende y lo que encuentra.",
    ),
    "watch topic not": (
        "Dire qu'un article n'est pas du sujet : il en sort, et ses semblables comptent moins.",
        "Sagen, dass ein Artikel nicht zum Thema gehört; ähnliche zählen dann weniger.",
        "Decir que una noticia no es del tema: sale, y las parecidas cuentan menos.",
    ),
    "watch topic also": (
        "Dire qu'un article est aussi du sujet : il y entre, et ses semblables comptent plus.",
        "Sagen, dass ein Artikel auch zum Thema gehört; ähnliche zählen dann mehr.",
        "Decir que una noticia también es del tema: entra, y las parecidas cuentan más.",
    ),
    "watch topic unlearn": (
        "Retirer ce qui a été dit d'un article.",
        "Zurücknehmen, was über einen Artikel gesagt wurde.",
        "Retirar lo que se dijo de una noticia.",
    ),
    "watch subscribe": (
        "Recevoir des revues, ou chaque événement aussitôt, ici ou en privé.",
        "Überblicke oder jedes Ereignis sofort erhalten, hier oder privat.",
        "Recibir resúmenes, o cada suceso al momento, aquí o en privado.",
    ),
    "watch unsubscribe": (
        "Mettre fin à un abonnement.",
        "Ein Abonnement beenden.",
        "Terminar una suscripción.",
    ),
    "watch subscriptions": (
        "Qui reçoit quoi, et quand vient la prochaine revue.",
        "Wer was bekommt und wann der nächste Überblick kommt.",
        "Quién recibe qué, y cuándo llega el próximo resumen.",
    ),
    "watch quiet": (
        "Heures sans message ; ce qui était dû vient ensuite.",
        "Stunden ohne Nachrichten; was fällig war, kommt danach.",
        "Horas sin mensajes; lo pendiente llega después.",
    ),
    "watch feed add": (
        "Lire un nouveau flux ; l'adresse d'un site suffit.",
        "Einen neuen Feed lesen; die Adresse der Seite genügt.",
        "Leer una fuente nueva; basta la dirección del sitio.",
    ),
    "watch feed test": (
        "Ce qu'un flux dit en ce moment, sans rien enregistrer.",
        "Was ein Feed gerade enthält; nichts wird gespeichert.",
        "Lo que dice una fuente ahora, sin guardar nada.",
    ),
    "watch feed remove": (
        "Ne plus lire un flux ; ses articles restent.",
        "Einen Feed nicht mehr lesen; seine Artikel bleiben.",
        "Dejar de leer una fuente; sus noticias quedan.",
    ),
    "watch feed list": (
        "Les flux qui sont lus.",
        "Die Feeds, die gelesen werden.",
        "Las fuentes que se leen.",
    ),
    "watch feed health": (
        "Quels flux vont mal, pourquoi, et que faire.",
        "Welche Feeds Probleme haben, warum, und was zu tun ist.",
        "Qué fuentes fallan, por qué y qué hacer.",
    ),
    "watch feed import": (
        "Ajouter les flux d'un fichier OPML.",
        "Die Feeds einer OPML-Datei hinzufügen.",
        "Añadir las fuentes de un archivo OPML.",
    ),
    "watch feed export": (
        "Tous les flux en un fichier OPML.",
        "Alle Feeds als OPML-Datei.",
        "Todas las fuentes en un archivo OPML.",
    ),
    "watch event": (
        "Un événement : le voir, le suivre, le taire, le réunir ou le séparer.",
        "Ein Ereignis: ansehen, ihm folgen, es stummschalten, zusammenlegen, trennen.",
        "Un suceso: verlo, seguirlo, silenciarlo, unirlo o separarlo.",
    ),
    "watch event show": (
        "Tout ce que l'on sait d'un événement, et de qui chacun le tient.",
        "Alles, was über ein Ereignis bekannt ist, und wer es von wem hat.",
        "Todo lo que se sabe de un suceso, y de quién lo tiene cada uno.",
    ),
    "watch event follow": (
        "Recevoir en privé ce qu'il y a de nouveau dans un événement.",
        "Persönlich hören, was an einem Ereignis neu ist.",
        "Recibir en privado lo nuevo de un suceso.",
    ),
    "watch event unfollow": (
        "Ne plus suivre un événement.",
        "Einem Ereignis nicht mehr folgen.",
        "Dejar de seguir un suceso.",
    ),
    "watch event following": (
        "Les événements que vous suivez, et ceux qui sont tus ici.",
        "Die Ereignisse, denen Sie folgen, und die hier stummen.",
        "Los sucesos que sigues, y los silenciados aquí.",
    ),
    "watch event mute": (
        "Laisser un événement de côté ici, un jour ou davantage.",
        "Ein Ereignis hier einen Tag oder länger weglassen.",
        "Dejar aquí fuera un suceso, un día o más.",
    ),
    "watch event unmute": (
        "Redonner ici un événement qui était tu.",
        "Ein stummes Ereignis hier wieder melden.",
        "Volver a contar aquí un suceso silenciado.",
    ),
    "watch event merge": (
        "Dire que deux événements n'en font qu'un.",
        "Sagen, dass zwei Ereignisse eines sind.",
        "Decir que dos sucesos son uno.",
    ),
    "watch event split": (
        "Dire qu'un article n'est pas de cet événement.",
        "Sagen, dass ein Artikel nicht zu diesem Ereignis gehört.",
        "Decir que una noticia no es de ese suceso.",
    ),
    "watch event not-topic": (
        "Dire quels articles d'un événement sont hors sujet.",
        "Sagen, welche Artikel eines Ereignisses nicht zum Thema gehören.",
        "Decir qué noticias de un suceso no son del tema.",
    ),
    "watch event edits": (
        "Ce que les éditeurs ont réuni ou séparé, et comment l'annuler.",
        "Was Redakteure zusammengelegt oder getrennt haben, und wie man es zurücknimmt.",
        "Lo que los editores unieron o separaron, y cómo deshacerlo.",
    ),
    "watch event undo": (
        "Annuler ce qu'un éditeur a dit d'un événement.",
        "Zurücknehmen, was ein Redakteur von einem Ereignis gesagt hat.",
        "Deshacer lo que un editor dijo de un suceso.",
    ),
    "watch search": (
        "Trouver des articles, tous sujets confondus.",
        "Artikel finden, gleich welchen Themas.",
        "Buscar noticias de cualquier tema.",
    ),
    "watch trend": (
        "Combien on en parle au fil du temps, en image.",
        "Wie viel darüber berichtet wird, im Lauf der Zeit, als Bild.",
        "Cuánto se habla de ello con el tiempo, en una imagen.",
    ),
    "watch why": (
        "Pourquoi un article a été retenu ou non, et qui d'autre en parle.",
        "Warum ein Artikel gefunden wurde oder nicht, und wer noch berichtet.",
        "Por qué se encontró o no una noticia, y quién más la cuenta.",
    ),
    "watch settings": (
        "Voir les réglages de la rédaction, ou en changer un.",
        "Die Einstellungen der Redaktion sehen oder eine ändern.",
        "Ver los ajustes de la redacción o cambiar uno.",
    ),
    "watch status": (
        "Tout va-t-il bien : flux, articles, événements, envois.",
        "Ob alles in Ordnung ist: Feeds, Artikel, Ereignisse, Nachrichten.",
        "Si todo va bien: fuentes, noticias, sucesos, envíos.",
    ),
    "watch help": (
        "Ce que l'on peut demander, ou comment une commande s'emploie.",
        "Was man fragen kann oder wie ein Befehl benutzt wird.",
        "Qué se puede pedir, o cómo se usa un comando.",
    ),
}


def names(word: str) -> dict[str, str]:
    """A command's or an argument's name in other languages, by Discord's locale."""
    return _by_locale(_WORDS.get(word))


def descriptions(path: tuple[str, ...]) -> dict[str, str]:
    """The description of a command, or of a group of them, in other languages."""
    return _by_locale(_DESCRIPTIONS.get(" ".join(path)))


def _by_locale(found: tuple[str, str, str] | None) -> dict[str, str]:
    if found is None:
        return {}
    french, german, spanish = found
    return dict(zip(LOCALES, (french, german, spanish, spanish), strict=True))
