"""The forms of the sentences. A form gives "" where it cannot say what is to be said.

``w`` holds the word for each named attribute and "" for each open one, and the words for the
flower and for its center.
"""


def _join(*words: str) -> str:
    return " ".join(word for word in words if word)


def _a(*words: str) -> str:
    phrase = _join(*words)
    return ("an " if phrase.startswith(("azure", "eight")) else "a ") + phrase


def _heart(w) -> str:
    return _a(w["center"], w["heart"]) if w["center"] else ""


def _petals(w, *attributes: str) -> str:
    """The petals with these adjectives: "small, round violet petals"; "" without any."""
    size = w["size"] + ("," if w["shape"] else "") if w["size"] else ""
    adjectives = [size if attribute == "size" else w[attribute] for attribute in attributes]
    return _join(*adjectives, "petals") if any(adjectives) else ""


def _said(w) -> str:
    """What the petals are: "round and violet"."""
    return " and ".join(word for word in (w["shape"], w["color"]) if word)


ALL_PETALS = ("petals", "size", "shape", "color")


def _has(w) -> str:
    parts = " with ".join(part for part in (_petals(w, *ALL_PETALS), _heart(w)) if part)
    return _join("this", w["flower"], "has", parts)


def _here(w) -> str:
    parts = " and ".join(part for part in (_petals(w, "petals", "shape"), _heart(w)) if part)
    return _join("here is", _a(w["size"], w["color"], w["flower"]), "with" * (parts != ""), parts)


def _are(w) -> str:
    if not _said(w):
        return ""
    end = f", and its {w['heart']} is {w['center']}" if w["center"] else ""
    of = _join("the", w["petals"], "petals of this", w["size"], w["flower"])
    return f"{of} are {_said(w)}{end}"


def _surrounded(w) -> str:
    if not w["center"]:
        return ""
    return _join(_heart(w), "is surrounded by", _petals(w, *ALL_PETALS) or "petals")


def _is(w) -> str:
    if not w["color"]:
        return ""
    petals, heart = _petals(w, "petals", "shape"), _heart(w)
    parts = " around ".join(part for part in (petals, heart) if part)
    start = _join("this", w["size"], w["flower"], "is", w["color"])
    return _join(start, "and it has" * (parts != ""), parts)


def _there(w) -> str:
    petals = _petals(w, "petals", "shape", "color") or "petals"
    end = f", and the {w['heart']} is {w['center']}" if w["center"] else ""
    return _join("there are", petals, "on this", w["size"], w["flower"]) + end


def _with(w) -> str:
    parts = " has ".join(part for part in (_petals(w, *ALL_PETALS), _heart(w)) if part)
    return _join(f"a {w['flower']} with", parts) if parts else ""


def _on_this(w) -> str:
    if not w["center"]:
        return ""
    petals = _petals(w, "petals", "shape", "color")
    return _join(
        "on this", w["size"], w["flower"], "is", _heart(w), "with" * (petals != ""), petals
    )


def _its(w) -> str:
    if not _said(w):
        return ""
    start = f"its {w['heart']} is {w['center']}, and " if w["center"] else ""
    end = f", and it is {w['size']}" if w["size"] else ""
    return start + _join("its", w["petals"], "petals are", _said(w)) + end


def _around_a(w) -> str:
    if not w["center"]:
        return ""
    return f"there are {_petals(w, *ALL_PETALS) or 'petals'} around {_heart(w)}"


def _of(w) -> str:
    if not w["center"]:
        return ""
    petals = _petals(w, "petals", "shape", "color")
    start = _join("the", w["heart"], "of this", w["size"], w["flower"], "is", w["center"])
    return f"{start}, and it has {petals}" if petals else start


def _the(w) -> str:
    petals = _petals(w, "petals", "shape")
    start = _join("the", w["size"], w["color"], w["flower"], "has")
    parts = " and ".join(part for part in (_heart(w), petals) if part)
    return f"{start} {parts}" if parts else ""


def _here_are(w) -> str:
    if not w["center"]:
        return ""
    petals = _petals(w, "petals", "shape", "color") or "petals"
    return _join("here are", petals, "and", _heart(w), "on", _a(w["size"], w["flower"]))


def _this_is(w) -> str:
    petals = _petals(w, "petals", "shape")
    start = _join("this is", _a(w["size"], w["color"], w["flower"]))
    heart = f"and its {w['heart']} is {w['center']}" if w["center"] else ""
    has = f"it has {petals}" if petals else ""
    return ", ".join(part for part in (start, has, heart) if part)


USUAL = (
    _has,
    _here,
    _are,
    _surrounded,
    _is,
    _there,
    _with,
    _on_this,
    _its,
    _around_a,
    _of,
    _the,
    _here_are,
    _this_is,
)


def clauses(w, order: list[str]) -> str:
    """One clause for each of these attributes, in this order: one more form of training."""
    first = {
        "petals": f"this {w['flower']} has {w['petals']} petals",
        "shape": f"the petals of this {w['flower']} are {w['shape']}",
        "size": f"this {w['flower']} is {w['size']}",
        "color": f"the color of this {w['flower']} is {w['color']}",
        "center": f"the {w['heart']} of this {w['flower']} is {w['center']}",
    }
    then = {
        "petals": f"it has {w['petals']} petals",
        "shape": f"its petals are {w['shape']}",
        "size": f"it is {w['size']}",
        "color": f"its color is {w['color']}",
        "center": f"its {w['heart']} is {w['center']}",
    }
    parts = [first[order[0]], *(then[attribute] for attribute in order[1:])]
    if len(parts) == 1:
        return parts[0]
    return ", ".join(parts[:-1]) + ", and " + parts[-1]


def _around(w) -> str:
    if not w["center"]:
        return ""
    start = _join("around its", w["center"], w["heart"], "this", w["size"], w["flower"], "has")
    return _join(start, _petals(w, "petals", "shape", "color") or "petals")


def _it_is(w) -> str:
    end = f", and its {w['heart']} is {w['center']}" if w["center"] else ""
    petals = _petals(w, "petals", "shape")
    start = _join("it is", _a(w["size"], w["color"], w["flower"]))
    return _join(start, "with" if petals else "", petals) + end


def _there_is(w) -> str:
    if not w["center"]:
        return ""
    petals = _petals(w, *ALL_PETALS)
    return _join("there is", _heart(w), "on this", w["flower"], "with" if petals else "", petals)


def _on(w) -> str:
    if not _said(w):
        return ""
    start = _join("here the", w["petals"], "petals are", _said(w))
    end = _join("on", _a(w["size"], w["flower"]), "with" * (w["center"] != ""), _heart(w))
    return f"{start} {end}"


PARAPHRASES = (_around, _it_is, _there_is, _on)

FILLERS = (
    ("",),
    ("in this picture", "on a sunny day", "in the garden"),
    (
        "in this picture on a sunny day",
        "on a sunny day in the garden",
        "in the garden in this picture",
    ),
)


def mention(w) -> str:
    """A flower in a sentence about two: "a large blue one with six petals and a red center"."""
    parts = " and ".join(part for part in (_petals(w, "petals", "shape"), _heart(w)) if part)
    return _join(_a(w["size"], w["color"], w["flower"]), "with" * (parts != ""), parts)
