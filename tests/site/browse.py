"""Every page of the built book in a real browser, loaded once and looked at in four states.

The states are light and dark, on a desktop and on a phone of 390 pixels.
"""

import functools
import http.server
import itertools
import shutil
import threading
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from axe_playwright_python.sync_playwright import Axe

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


@dataclass
class Visit:
    """What the browser met on one page."""

    name: str
    facts: dict = field(default_factory=dict)
    foreign: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    console: list[str] = field(default_factory=list)
    too_wide: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)

    def listen(self, page, base: str) -> None:
        """Note every request and every message of the page, from now on."""
        own = (base, "data:", "blob:")
        page.on("request", lambda r: r.url.startswith(own) or self.foreign.append(r.url))
        page.on("requestfailed", lambda r: self.failed.append(r.url))
        page.on("response", lambda r: r.status < 400 or self.failed.append(f"{r.status} {r.url}"))
        page.on("console", lambda m: m.type == "error" and self.console.append(m.text))
        page.on("pageerror", lambda error: self.console.append(str(error)))


def toc_pages() -> list[str]:
    """The names of the pages in the order of the table of contents."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))

    def below(entry):
        for part in entry.get("parts", []) + entry.get("chapters", []) + entry.get("sections", []):
            if "file" in part:
                yield part["file"]
            yield from below(part)

    return [toc["root"], *below(toc)]


def chromium() -> str | None:
    """The path of a Chromium on this machine."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
    return next((path for path in map(shutil.which, names) if path), None)


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    """A file server that does not write to the terminal."""

    def log_message(self, *args):
        """Say nothing."""


def serve(folder: Path) -> http.server.ThreadingHTTPServer:
    """Serve a folder on a free port of this machine alone."""
    handler = functools.partial(QuietHandler, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def open_page(page, address: str) -> None:
    """Load a page and wait until its formulas are set."""
    page.goto(address)
    page.evaluate("window.MathJax && MathJax.startup.promise.then(() => document.fonts.ready)")


def visit(browser, base: str, name: str) -> Visit:
    """Load one page and collect what the tests ask about it."""
    seen = Visit(name)
    page = browser.new_page(viewport=DESKTOP, color_scheme="light")
    seen.listen(page, base)
    open_page(page, f"{base}{name}.html")
    page.add_style_tag(content=NO_FADING)
    page.evaluate(UNFOLD)
    seen.facts = page.evaluate(FACTS) if name != "search" else {}
    for size, theme in itertools.product((DESKTOP, PHONE), ("light", "dark")):
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=theme)
        page.wait_for_function(f"document.documentElement.dataset.theme === '{theme}'")
        state = f"{name}, {theme}, {size['width']} pixels"
        found = Axe().run(page, options=AXE).response["violations"]
        seen.violations += [
            f"{state}: {violation['id']} at {node['target']}: {node['failureSummary']}"
            for violation in found
            for node in violation["nodes"]
        ]
        if size is PHONE:
            seen.too_wide += [f"{state}: {problem}" for problem in page.evaluate(TOO_WIDE)]
    page.close()
    return seen
