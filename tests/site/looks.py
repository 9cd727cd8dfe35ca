"""What of a page axe-core is asked about in each state, and what is taken out before."""

OUTSIDE = "{include: [['html']], exclude: [['article']]}"
# axe walks through all boxes of a page in each run. What it is not asked about is taken out:
# formulas in the dark, for axe finds no letters in them, but for those of the reader's own font
# (mjx-utext), and the article while the parts around it are read on a phone.
FORMULAS = "mjx-container:not(:has(mjx-utext))"
TAKE_OUT = """(places) => {
  const taken = [...document.querySelectorAll(places)].map((box) => {
    const content = document.createDocumentFragment();
    content.append(...box.childNodes);
    return [box, content];
  });
  window.taken = [...taken, ...(window.taken ?? [])];
}"""
PUT_BACK = "window.taken.forEach(([box, content]) => box.append(content))"
# Words and fields of the article, one of each look: the same ink, size and weight on the same
# papers. In the first state all are read but for the listings of code, where it is one of each look
# in each listing; so what lies over what is known when the theme turns.
LOOKS = r"""(places, whole) => {
  const behind = new Map([[null, ""]]), looks = new Map();
  const told = (part, ...names) => names.map((name) => getComputedStyle(part)[name]).join();
  const papers = (part) => {
    if (!behind.has(part)) {
      const paper = told(part, "backgroundColor", "backgroundImage", "opacity", "filter");
      const above = papers(part.parentElement);
      behind.set(part, paper === "rgba(0, 0, 0, 0),none,1,none" ? above : `${above}/${paper}`);
    }
    return behind.get(part);
  };
  const ink = (part) => told(part, "color", "fontSize", "fontWeight", "fontStyle", "textShadow",
    "textDecoration", "borderBottom", "position");
  const listings = [...document.querySelectorAll("pre")];
  for (const part of document.querySelectorAll(places)) {
    const words = [...part.childNodes].some((n) => n.nodeType === 3 && n.nodeValue.trim());
    if (!words && !part.matches("input, select, textarea, button")) continue;
    const around = part.matches("a, [role=link]") ? ink(part.parentElement) : "";
    const place = whole ? "" : listings.indexOf(part.closest("pre"));
    const look = [place, part.tagName, ink(part), around, papers(part)].join(";");
    if (part.getClientRects().length && !looks.has(look)) looks.set(look, part);
  }
  return [...looks.values()];
}"""
LIGHT = f"{{include: [['html'], ...({LOOKS})('pre, pre *', false)], exclude: [['pre']]}}"
DARK = f"{{include: ({LOOKS})('article *', true), exclude: []}}"
