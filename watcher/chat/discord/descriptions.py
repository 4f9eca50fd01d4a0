"""What commands do, as people read it in French, German and Spanish: by their words, in that order. Pure."""

from __future__ import annotations

DESCRIPTIONS: dict[str, tuple[str, str, str]] = {
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
        "Heures sans message, hors alertes ; ce qui était dû vient ensuite.",
        "Stunden ohne Nachrichten, außer Alarmen; was fällig war, kommt danach.",
        "Horas sin mensajes, salvo alertas; lo pendiente llega después.",
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
    "watch feed undo": (
        "Annuler la dernière importation : ses flux ne sont plus lus.",
        "Den letzten Import zurücknehmen: seine Feeds werden nicht mehr gelesen.",
        "Deshacer la última importación: sus fuentes ya no se leen.",
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
    "watch alerts": (
        "Ce qui a éclaté, et qui s'en occupe.",
        "Was eilig war, und wer es hat.",
        "Lo que ha estallado y quién lo lleva.",
    ),
    "watch alert": (
        "Ce qui a éclaté, et qui s'en occupe.",
        "Was eilig war, und wer es hat.",
        "Lo que ha estallado y quién lo lleva.",
    ),
    "watch alert ack": (
        "Prendre une alerte : plus personne d'autre n'est appelé.",
        "Einen Alarm übernehmen: niemand sonst wird mehr gerufen.",
        "Hacerse cargo de una alerta: no se llama a nadie más.",
    ),
    "watch alert checking": (
        "Dire que vous vérifiez ; on vous le redemande plus tard.",
        "Sagen, dass Sie es prüfen; es wird später noch einmal gefragt.",
        "Decir que lo estás comprobando; se volverá a preguntar.",
    ),
    "watch alert snooze": (
        "Faire taire une alerte un moment, ou jusqu'à ce qu'elle change.",
        "Einen Alarm eine Weile ruhen lassen, oder bis sich etwas ändert.",
        "Silenciar una alerta un rato, o hasta que cambie.",
    ),
    "watch alert not-news": (
        "Clore une alerte : cet événement se tait désormais.",
        "Einen Alarm schließen: dieses Ereignis bleibt von nun an still.",
        "Cerrar una alerta: ese suceso calla desde ahora.",
    ),
    "watch alert reopen": (
        "Rouvrir une alerte close : elle cherche de nouveau quelqu'un.",
        "Einen geschlossenen Alarm wieder öffnen: er sucht wieder jemanden.",
        "Reabrir una alerta cerrada: vuelve a buscar a alguien.",
    ),
    "watch alert escalate": (
        "Appeler tout de suite la personne suivante.",
        "Sofort die nächste Person rufen.",
        "Llamar ya a la persona siguiente.",
    ),
    "watch alert show": (
        "Une alerte, et ce qui en a été fait.",
        "Ein Alarm, und was daraus wurde.",
        "Una alerta, y lo que se hizo con ella.",
    ),
    "watch alert rule": (
        "Quand un sujet donne l'alerte.",
        "Wann ein Thema Alarm gibt.",
        "Cuándo da la alerta un tema.",
    ),
    "watch alert missed": (
        "Dire qu'un article aurait dû donner l'alerte.",
        "Sagen, dass ein Artikel hätte Alarm geben müssen.",
        "Decir que una noticia debió dar la alerta.",
    ),
    "watch alert report": (
        "Combien d'alertes, en combien de temps, combien de fausses.",
        "Wie viele Alarme, wie schnell, wie viele falsche.",
        "Cuántas alertas, con qué rapidez y cuántas falsas.",
    ),
    "watch oncall": (
        "Qui est d'astreinte, et quand.",
        "Wer Bereitschaft hat, und wann.",
        "Quién está de guardia, y cuándo.",
    ),
    "watch oncall who": (
        "Qui est d'astreinte maintenant, et ensuite.",
        "Wer jetzt Bereitschaft hat, und wer danach.",
        "Quién está de guardia ahora, y quién después.",
    ),
    "watch oncall rota": (
        "Le tour d'astreinte des deux semaines à venir.",
        "Der Bereitschaftsplan der nächsten zwei Wochen.",
        "El turno de guardias de las próximas dos semanas.",
    ),
    "watch oncall undo": (
        "Reprendre le dernier changement du tour d'astreinte.",
        "Die letzte Änderung des Plans zurücknehmen.",
        "Deshacer el último cambio del turno de guardias.",
    ),
    "watch oncall set": (
        "Faire un tour d'astreinte où chacun prend son tour.",
        "Einen Plan machen, in dem man sich abwechselt.",
        "Hacer un turno en el que cada cual tiene su vez.",
    ),
    "watch oncall shift": (
        "Ajouter des heures au tour d'astreinte.",
        "Dem Plan Stunden hinzufügen.",
        "Añadir horas al turno de guardias.",
    ),
    "watch oncall fallback": (
        "Qui est appelé quand personne ne répond.",
        "Wer gerufen wird, wenn niemand antwortet.",
        "A quién se llama cuando nadie responde.",
    ),
    "watch oncall holiday": (
        "Donner l'astreinte à d'autres les jours fériés.",
        "An Feiertagen andere in Bereitschaft haben.",
        "Tener a otros de guardia los festivos.",
    ),
    "watch oncall clear": (
        "Effacer le tour d'astreinte.",
        "Den Bereitschaftsplan löschen.",
        "Borrar el turno de guardias.",
    ),
    "watch oncall take": (
        "Prendre l'astreinte pour un temps.",
        "Die Bereitschaft für eine Zeit übernehmen.",
        "Tomar la guardia por un tiempo.",
    ),
    "watch oncall swap": (
        "Échanger des jours entre deux personnes.",
        "Tage zwischen zwei Personen tauschen.",
        "Cambiar días entre dos personas.",
    ),
    "watch oncall away": (
        "Dire quand quelqu'un n'est pas là.",
        "Sagen, wann jemand nicht da ist.",
        "Decir cuándo no está alguien.",
    ),
    "watch oncall export": (
        "Le tour d'astreinte en un calendrier.",
        "Der Bereitschaftsplan als Kalender.",
        "El turno de guardias como calendario.",
    ),
    "watch oncall import": (
        "Prendre les astreintes d'un calendrier.",
        "Bereitschaften aus einem Kalender übernehmen.",
        "Tomar las guardias de un calendario.",
    ),
    "watch name": (
        "Les noms propres à cette rédaction, et ce qui compte pour eux.",
        "Die eigenen Namen dieser Redaktion, und was als sie gilt.",
        "Los nombres propios de esta redacción, y lo que cuenta como ellos.",
    ),
    "watch name add": (
        "Ajouter une personne, un lieu ou un organisme aux noms connus.",
        "Eine Person, einen Ort oder eine Stelle zu den bekannten Namen hinzufügen.",
        "Añadir una persona, un lugar o un organismo a los nombres conocidos.",
    ),
    "watch name list": (
        "Les noms que cette rédaction a ajoutés.",
        "Die Namen, die diese Redaktion hinzugefügt hat.",
        "Los nombres que esta redacción ha añadido.",
    ),
    "watch name remove": (
        "Oublier un nom qui a été ajouté.",
        "Einen hinzugefügten Namen vergessen.",
        "Olvidar un nombre que se añadió.",
    ),
}
