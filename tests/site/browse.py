"""Every page of the built book in a real browser, loaded once and looked at in four states.

The states are light and dark, on a desktop and on a phone of 390 pixels. The first is held against
all rules of axe-core; the others against those whose answer can be another there. What an article
shows has the same colors on every screen, so on a phone those of the other parts are looked at.
"""

import functools
import http.server
import io
import os
import shutil
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
import yaml
from axe_playwright_python.sync_playwright import Axe
from looks import DARK, FORMULAS, LIGHT, OUTSIDE, PUT_BACK, TAKE_OUT
from PIL import Image
from playwright.sync_api import sync_playwright

from rnncourse.rooms import numbers

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "_build" / "html"
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
# No sandbox and no GPU: continuous integration runs in a container. The rest keeps the browser
# from talking to hosts of its own.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# axe may not fetch style sheets on its own: it resolves their imports wrongly.
AXE = {"preload": False, "resultTypes": ["violations"]}
OF_COLOR, OF_SIZE = ["color-contrast", "link-in-text-block"], ["scrollable-region-focusable"]
LEFT = ("net::ERR_ABORTED",)  # what a page still asked for when it was left
# Colors fade from one theme to the other; axe would read one in between.
NO_FADING = "*, *::before, *::after { transition: none !important; }"
UNFOLD = "document.querySelectorAll('article details').forEach((part) => part.open = true)"

FACTS = r"""() => {
  const text = document.querySelector("article").cloneNode(true);
  text.querySelectorAll("pre, code, script, mjx-container").forEach((part) => part.remove());
  const all = (query, read) => [...document.querySelectorAll(query)].map(read);
  return {
    raw: text.textContent.match(/\\\(|\\\[|\$\$|\\begin\{|\\frac/g) || [],
    untypeset: all(".math", (e) => e.querySelector("mjx-container") ? "" : e.textContent)
      .filter((t) => t),
    errors: all("mjx-merror", (e) => e.title || e.textContent),
    formulas: document.querySelectorAll("mjx-container").length,
    images: all("article img", (e) => [e.getAttribute("src"), e.getAttribute("alt") || ""]),
    sections: all("article section > h2", (e) => e.textContent),
    numbers: all(".eqno", (e) => e.firstChild.textContent),
    claims: all("a.claim", (e) => [e.textContent, e.href]),
    previous: all("a.left-prev", (e) => e.href),
    next: all("a.right-next", (e) => e.href),
  };
}"""

TOO_WIDE = """() => {
  const page = document.documentElement, found = [];
  if (page.scrollWidth > page.clientWidth) found.push(`page scrolls by ${page.scrollWidth}`);
  document.querySelectorAll("article mjx-container").forEach((formula) => {
    const box = formula.getBoundingClientRect();
    const name = formula.closest("[id]").id;
    for (let e = formula; e.tagName !== "ARTICLE"; e = e.parentElement)
      if (formula.getAttribute("display") && e.scrollWidth > e.clientWidth)
        found.push(`formula in #${name}: ${e.tagName} of ${e.clientWidth} pixels holds ` +
          `${e.scrollWidth}`);
    if (box.left < 0 || box.right > page.clientWidth)
      found.push(`formula in #${name} reaches from ${box.left} to ${box.right}`);
  });
  return found;
}"""

ABOUT = """() => Object.fromEntries([...document.querySelectorAll("meta[property], meta[name]")]
  .map((tag) => [tag.getAttribute("property") || tag.name, tag.content]))"""

# Boxes that hold more than they show and do not say so.
CUT = """() => [...document.querySelectorAll("article pre, article table")].flatMap((part) => {
  const box = part.closest(".pst-scrollable-table-container, .output.text_html") ?? part;
  if (box.scrollWidth - box.clientWidth <= 1) return [];
  const sign = box.closest(".scroll-frame")?.querySelector(".scroll-sign");
  const shown = sign && getComputedStyle(sign).display !== "none" && box.tabIndex === 0;
  const words = part.textContent.slice(0, 60);
  return shown ? [] : [`${box.clientWidth} of ${box.scrollWidth}: ${words}`];
})"""


@dataclass
class Visit:
    """What the browser met on one page."""

    name: str
    facts: dict = field(default_factory=dict)
    foreign: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    console: list[str] = field(default_factory=list)
    too_wide: list[str] = field(default_factory=list)
    cut: list[str] = field(default_factory=list)
    about: dict[str, str] = field(default_factory=dict)
    weight: int = 0  # bytes of all files that the page loaded
    violations: list[str] = field(default_factory=list)
    inks: list[tuple[float, float]] = field(default_factory=list)

    def listen(self, page, base: str) -> None:
        """Note every request and every message of the page, from now on."""
        own = (base, "data:", "blob:")
        page.on("request", lambda r: r.url.startswith(own) or self.foreign.append(r.url))
        page.on("requestfailed", lambda r: r.failure in LEFT or self.failed.append(r.url))
        page.on("response", lambda r: r.status < 400 or self.failed.append(f"{r.status} {r.url}"))
        page.on("response", self.weigh)
        page.on("console", lambda m: m.type == "error" and self.console.append(m.text))
        page.on("pageerror", lambda error: self.console.append(str(error)))

    def weigh(self, response) -> None:
        """Add the bytes of a file."""
        self.weight += int(response.headers.get("content-length", 0))


def toc_pages() -> list[str]:
    """The names of the pages in the order of the table of contents."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))

    def below(entry):
        for part in entry.get("parts", []) + entry.get("chapters", []) + entry.get("sections", []):
            if "file" in part:
                yield part["file"]
            yield from below(part)

    return [toc["root"], *below(toc)]


def page_of(topic: str, folder: str = "book") -> str:
    """The name of a chapter's page or lesson, such as book/02_bptt."""
    return f"{folder}/{numbers()[topic]}_{topic}"


def chromium() -> str | None:
    """The path of a Chromium on this machine."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
    return next((path for path in map(shutil.which, names) if path), None)


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    """A file server that does not write to the terminal."""

    def log_message(self, *args):
        """Say nothing."""


def serve(folder: Path, handler=QuietHandler) -> http.server.ThreadingHTTPServer:
    """Serve a folder on a free port of this machine alone."""
    handler = functools.partial(handler, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


TYPESET = """() => window.MathJax && MathJax.startup.promise
  .then(() => MathJax.startup.document.lazyTypesetAll())
  .then(() => document.fonts.ready).then(() => true)"""


def open_page(page, address: str) -> None:
    """Load a page and wait until all its formulas are set, those below the screen too."""
    page.goto(address)
    page.evaluate(TYPESET)


@contextmanager
def started():
    """A Chromium for the tests of one file, and the site that it is to show."""
    path = chromium()
    need(path is not None, "no Chromium on this machine: install chromium to test the pages")
    need((SITE / "book" / "index.html").is_file(), "no site in _build/html: run make book")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


def need(condition: bool, message: str) -> None:
    """Skip where something is missing; in continuous integration fail."""
    if not condition:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(message)


def visit(browser, base: str, name: str) -> Visit:
    """Load one page and collect what the tests ask about it."""
    seen = Visit(name)
    page = browser.new_page(viewport=DESKTOP, color_scheme="light")
    seen.listen(page, base)
    open_page(page, f"{base}{name}.html")
    seen.about = page.evaluate(ABOUT)
    page.add_style_tag(content=NO_FADING)
    page.evaluate(UNFOLD)
    page.evaluate(Axe().axe_script)
    seen.facts = page.evaluate(FACTS) if name != "search" else {}
    seen.violations += violations(page, without=OF_COLOR)
    seen.violations += violations(page, OF_COLOR, LIGHT)
    seen.cut += page.evaluate(CUT)
    turn(page, "dark")
    seen.inks = [ink(figure) for figure in page.locator("article img:not(.in-color)").all()]
    page.evaluate("scrollTo(0, 0)")
    page.evaluate(TAKE_OUT, FORMULAS)
    seen.violations += violations(page, OF_COLOR, DARK)
    see_on_a_phone(page, seen)
    page.close()
    return seen


def see_on_a_phone(page, seen: Visit) -> None:
    """The part of a visit that begins in the dark and without formulas."""
    page.set_viewport_size(PHONE)
    page.evaluate(TAKE_OUT, "article")
    for theme in ("dark", "light"):
        turn(page, theme)
        seen.violations += violations(page, OF_COLOR, OUTSIDE)
    page.evaluate(PUT_BACK)
    for theme in ("light", "dark"):
        turn(page, theme)
        seen.too_wide += [f"{theme}: {problem}" for problem in page.evaluate(TOO_WIDE)]
    seen.violations += violations(page, OF_SIZE)
    seen.cut += page.evaluate(CUT)


def turn(page, theme: str) -> None:
    """Wait until the page is light or dark."""
    page.emulate_media(color_scheme=theme)
    page.wait_for_function(f"document.documentElement.dataset.theme === '{theme}'")


def violations(page, rules=None, context="document", without=()) -> list[str]:
    """What axe-core finds by these rules, or by all without some, in the parts that are named."""
    options = AXE | ({"runOnly": {"type": "rule", "values": rules}} if rules else {})
    options |= {"rules": {rule: {"enabled": False} for rule in without}}
    run = f"(options) => axe.run({context}, options)"
    state = page.evaluate("document.documentElement.dataset.theme + ', ' + innerWidth")
    return [
        f"{state} pixels: {violation['id']} at {node['target']}: {node['failureSummary']}"
        for violation in page.evaluate(run, options)["violations"]
        for node in violation["nodes"]
    ]


def ink(figure) -> tuple[float, float]:
    """The brightness of a picture's paper and of its lightest ink, 0 to 1."""
    grey = np.asarray(Image.open(io.BytesIO(figure.screenshot())).convert("L"), dtype=float) / 255
    return float(np.median(grey)), float(np.quantile(grey, 0.995))
