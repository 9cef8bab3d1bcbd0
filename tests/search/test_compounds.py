"""Compounds of the languages with a list of parts: real ones are taken apart, ordinary words stay whole."""

import pytest

from search.analysis import analyse, compound_parts, fold, terms_of
from search.analysis.highlighting import Marker
from search.analysis.query import parse_query

#: Language → compound → words that must find it.
COMPOUNDS = {
    "da": {
        "sprogundervisning": "sprog undervisning",
        "arbejdsmarked": "arbejde marked",
        "arbejdsmarkedspolitik": "arbejde marked politik",
        "flygtningebørn": "flygtning barn",
        "sprogkurser": "sprog kursus",
        "integrationsråd": "integration råd",
        "jobsøgning": "job søgning",
        "boligområder": "bolig område",
        "familiesammenføring": "familie sammenføring",
        "kvindegruppe": "kvinde gruppe",
        "mentorordning": "mentor ordning",
        "erhvervsuddannelse": "erhverv uddannelse",
        "lektiehjælp": "lektie hjælp",
        "flygtningefamilier": "flygtninge familie",
    },
    "fi": {
        "kielikoulutus": "kieli koulutus",
        "työmarkkinat": "työ markkinat",
        "työllisyyspalvelut": "työllisyys palvelu",
        "kotoutumiskoulutus": "kotoutuminen koulutus",
        "oleskelulupa": "oleskelu lupa",
        "kotoutumiskurssilla": "kotoutuminen kurssi",
        "nuorisotyö": "nuoriso työ",
        "lastenhoito": "lapsi hoito",
        "vapaaehtoistyö": "vapaaehtoinen työ",
        "naisryhmä": "nainen ryhmä",
        "pakolaislapset": "pakolainen lapset",
        "asuntopolitiikka": "asunto politiikka",
        "kansalaisjärjestöt": "kansalainen järjestö",
        "mielenterveyspalvelut": "mielenterveys palvelu",
    },
}
#: Language → ordinary words in which a part of the list stands by chance.
WHOLE = {
    "da": """
        skoler arbejdere arbejdende sproglig kvindelig landende barndom rettelse hjælpsom venlighed personlig
        kulturel familier planlægning kommunal boligerne holdning statslig lejlighed musikalsk forskellig
        modersmål
    """,
    "fi": """
        talossa kielellinen koulussa työssä lapsilla kulttuurinen naisellinen työläinen perheellinen
        kunnallinen asuntola koulutettu oikeudellinen palvelija taidokas ryhmässä koululainen yhteisöllinen
        työskentely ammatillinen maanantai maahanmuuttaja äidinkieli
    """,
}


@pytest.mark.parametrize(
    ("language", "compound", "found_by"),
    [(language, *pair) for language, compounds in COMPOUNDS.items() for pair in compounds.items()],
)
def test_compounds_have_the_stems_of_their_parts(language: str, compound: str, found_by: str) -> None:
    parts = set(compound_parts(compound, language))
    for word in found_by.split():
        assert parts & set(terms_of(word, language)), word
    assert len(parts) >= len(found_by.split())


@pytest.mark.parametrize(
    ("language", "word"), [(language, word) for language, words in WHOLE.items() for word in words.split()]
)
def test_ordinary_words_stay_whole(language: str, word: str) -> None:
    assert compound_parts(word, language) == ()


@pytest.mark.parametrize("language", COMPOUNDS)
def test_compounds_typed_without_accents_have_the_same_parts(language: str) -> None:
    for compound in COMPOUNDS[language]:
        assert compound_parts(fold(compound), language) == compound_parts(compound, language)


def test_other_languages_have_no_compounds() -> None:
    assert compound_parts("arbetsmarknad", "en") == compound_parts("arbetsmarknad", "xx") == ()


@pytest.mark.parametrize(
    ("language", "typed", "text", "marked"),
    [
        ("da", "sprog", "Ny sprogundervisning", "Ny <mark>sprogundervisning</mark>"),
        ("fi", "kieli", "Uusi kielikoulutus", "Uusi <mark>kielikoulutus</mark>"),
    ],
)
def test_a_part_marks_the_whole_compound(language: str, typed: str, text: str, marked: str) -> None:
    assert Marker(parse_query(typed, (language,))).mark(text, language) == marked
    assert {(token.start, token.end) for token in analyse(text, language)} >= {(text.index(" ") + 1, len(text))}
