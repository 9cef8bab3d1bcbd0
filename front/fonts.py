"""Cut the variable Inter of ECL's package into the subsets the portal serves (SIL Open Font License 1.1).

Run by ``make assets``; needs fonttools and brotli from requirements-dev.txt.
"""

import io
import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

SUBSETS = {
    "latin": "U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+2000-206F,U+20AC,U+2122,U+2191,U+2193,U+2212",
    # The letters of the official languages beyond Latin-1 (Latin Extended-A, Romanian comma letters, capital sharp s):
    # nearly every list names a Polish or Czech place, so each letter more is paid for by every reader.
    "latin-ext": "U+0100-017F,U+0218-021B,U+1E9E",
    "greek": "U+0370-03FF",
    "cyrillic": "U+0400-045F,U+0490-0491,U+2116",
}
FEATURES = ["kern", "liga", "calt", "ccmp", "locl", "mark", "mkmk", "tnum", "case"]


def main(source: Path, target: Path) -> None:
    """Write one woff2 file for each subset of the font at ``source`` into ``target``."""
    target.mkdir(parents=True, exist_ok=True)
    # Upright text in one optical size; the weight stays variable from regular to bold.
    axes = {"wght": (400, 700), "opsz": 14}
    instance = io.BytesIO()
    instancer.instantiateVariableFont(TTFont(source, recalcTimestamp=False), axes).save(instance)
    for name, ranges in SUBSETS.items():
        font = TTFont(io.BytesIO(instance.getvalue()), recalcTimestamp=False)
        options = subset.Options()
        options.layout_features = FEATURES
        options.flavor = "woff2"
        options.recalc_timestamp = False
        cutter = subset.Subsetter(options)
        cutter.populate(unicodes=subset.parse_unicodes(ranges))
        cutter.subset(font)
        font.flavor = "woff2"
        font.save(target / f"inter-{name}.woff2")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
