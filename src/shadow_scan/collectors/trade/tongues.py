"""What columns are called in tables that consoles of other languages export: German, French,
Spanish, Italian, Portuguese and Dutch, in small letters without signs and accents."""

from __future__ import annotations

from collections.abc import Mapping

DATES = frozenset(["datum", "fecha", "data", "jour", "dia", "giorno"])
CLOCKS = frozenset(["uhrzeit", "heure", "hora", "ora", "tijd", "zeit"])
_TIMES = """zeitpunkt zeitstempel datumuhrzeit horodatage dateheure dateetheure fechahora fechayhora
    marcadetiempo dataora dataeora datahora dataehora datumtijd tijdstip"""
TIMES = frozenset(_TIMES.split())
_NAMES = {
    "client": """adresseip quellip quelladresse quellipadresse ipquelle clientadresse ipclient
        ipsource adressesource adresseipsource adresseipduclient iporigen direccionorigen
        direccioniporigen ipcliente ipsorgente indirizzosorgente indirizzoipsorgente iporigem
        ipdeorigen ipdeorigem direccionipdeorigen enderecoipdeorigem enderecoorigem
        enderecoiporigem bronip bronadres""",
    "user": """benutzer benutzername anwender utilisateur identifiant nomutilisateur nomdutilisateur
        usuario nombredeusuario nombreusuario utente nomeutente nomedeusuario
        gebruiker gebruikersnaam""",
    "server": """ipdedestino zielip zieladresse zielipadresse ipziel ipdestination
        adressedestination
        adresseipdestination adresseipdedestination ipdestino direcciondestino direccionipdestino
        ipdestinazione indirizzodestinazione indirizzoipdestinazione enderecodestino
        enderecoipdestino doelip doeladres""",
    "host": """zielhost zielname zieldomain domaene zieldomaene hotedestination nomdestination
        nomdedestination domaine domainedestination nomdedomaine dominio hostdestino dominiodestino
        dominiodidestinazione domein""",
    "url": "adresseurl urldemandee urlsolicitada urlrichiesta urlsolicitada aufgerufeneurl",
    "port": """zielport portdestination portdedestination puertodestino puertodedestino
        portadestinazione portadidestinazione portadestino portadedestino doelpoort""",
    "origin": """quellport portsource puertoorigen puertodeorigen portasorgente portaorigem
        bronpoort""",
    "verb": "methode httpmethode metodo metodohttp methodehttp",
    "code": "statuscode httpstatus codehttp codigohttp codicehttp codigodeestado codestatut",
    "agent": "benutzeragent agentutilisateur agenteusuario agenteutente",
    "did": "aktion massnahme entscheidung accion azione acao actie",
}
NAMES: Mapping[str, frozenset[str]] = {name: frozenset(w.split()) for name, w in _NAMES.items()}

BLOCKED = (
    "gesperrt|blockiert|verweigert|abgelehnt|verworfen|bloqu|refus|rejet|interdit|deneg|negad|"
    "negat|bloccat|rifiut|geweigerd|geblokkeerd"
)
ALLOWED = "erlaubt|zugelassen|gestattet|autoris|permis|accept|permitid|consentit|toegestaan|aceptad"
