"""The 24 official languages of the European Union, in which content may be written.

Source: Regulation No 1/1958 as amended; codes are ISO 639-1. Names in three languages belong to ``taxonomy``;
here stand only what models and text analysis need: codes and the languages' own names.
"""

from typing import Final

ENDONYMS: Final[dict[str, str]] = {
    "bg": "български",
    "cs": "čeština",
    "da": "dansk",
    "de": "Deutsch",
    "el": "ελληνικά",
    "en": "English",
    "es": "español",
    "et": "eesti",
    "fi": "suomi",
    "fr": "français",
    "ga": "Gaeilge",
    "hr": "hrvatski",
    "hu": "magyar",
    "it": "italiano",
    "lt": "lietuvių",
    "lv": "latviešu",
    "mt": "Malti",
    "nl": "Nederlands",
    "pl": "polski",
    "pt": "português",
    "ro": "română",
    "sk": "slovenčina",
    "sl": "slovenščina",
    "sv": "svenska",
}
CODES: Final[tuple[str, ...]] = tuple(ENDONYMS)
CHOICES: Final[list[tuple[str, str]]] = list(ENDONYMS.items())
