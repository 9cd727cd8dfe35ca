"""The icons of the site: of the theme's fonts only the signs that its pages show.

A page shows an icon where a style sheet writes a sign of the private area of Unicode; the fonts
that hold them have 800 KB, those signs 5.
"""

import re
from io import BytesIO
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

SIGN = re.compile(r"\\([ef][0-9a-f]{3})\b|([\ue000-\uf8ff])", re.IGNORECASE)
FACE = re.compile(r"@font-face\{[^}]*vendor/fontawesome/webfonts/(fa-[\w-]+)\.[^}]*\}")
SOURCE = re.compile(r"src:[^;}]*")
FOLDER = "vendor/fontawesome/webfonts"


def signs(sheets: list[str]) -> set[int]:
    """The code points of the icons that these style sheets write."""
    found = [match for sheet in sheets for match in SIGN.findall(sheet)]
    return {int(written, 16) if written else ord(sign) for written, sign in found}


def subset(font: Path, wanted: set[int]) -> bytes | None:
    """The font with these signs only, as WOFF; None if it has none of them."""
    opened = TTFont(font, recalcTimestamp=False)
    there = wanted & set(opened.getBestCmap())
    if not there:
        return None
    options = Options(notdef_outline=True, name_IDs=[0, 13, 14])  # who made it, its licence
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=there)
    subsetter.subset(opened)
    opened.flavor = "woff"
    opened.save(file := BytesIO())
    return file.getvalue()


def with_own_fonts(sheet: str, fonts: Path, target: Path, wanted: set[int], regular: bool) -> str:
    """The style sheet with the small fonts, which are written to the target; the others go.

    The regular weight has the signs of the solid one, so it stays only where a page asks for it.
    """

    def face(match: re.Match) -> str:
        name = match[1]
        data = (
            None
            if name == "fa-regular-400" and not regular
            else subset(fonts / f"{name}.ttf", wanted)
        )
        if data is None:
            return ""
        target.mkdir(parents=True, exist_ok=True)
        (target / f"{name}.woff").write_bytes(data)
        source = f'src:url(../{FOLDER}/{name}.woff) format("woff")'
        return SOURCE.sub(lambda _: source, match[0])

    return FACE.sub(face, sheet)
