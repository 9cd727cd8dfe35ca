// Marks of checked claims: a card that says what was checked, and a switch that hides the marks.
//
// A mark is a link to the ledger. Here it becomes a button that opens its card: on hover, on focus,
// or, to stay open, on click. The cards' texts stand once a page in #claim-cards. Loaded in the
// head: hidden marks are never drawn.
(() => {
  const root = document.documentElement;
  const MARK = "a.claim[data-claims], a.claim-value[data-claims]";
  const HIDDEN = "rnncourse-marks-hidden";
  const PATIENCE = 250; // milliseconds between leaving a mark and the closing of its card
  let cards, card, mark, pinned, returning, timer;

  function stored() {
    try {
      return localStorage.getItem(HIDDEN) === "yes";
    } catch {
      return false; // a browser that keeps nothing for files
    }
  }
  root.classList.toggle("claims-hidden", stored());

  function element(name, text, className) {
    const made = document.createElement(name);
    made.textContent = text;
    if (className) made.className = className;
    return made;
  }

  function entry(id) {
    const claim = cards[id];
    const part = element("div", "", claim.passed ? "" : "claim-failed");
    const says = element("p", "");
    says.innerHTML = claim.says; // written by the build
    says.prepend(element("strong", claim.passed ? "✓ " : "✗ "));
    const rows = document.createElement("dl");
    claim.rows.forEach(([name, text]) => {
      const told = document.createElement("dd");
      told.append(name === "Repeat it" ? element("code", text) : text);
      rows.append(element("dt", name), told);
    });
    const link = element("a", `${id} in the ledger`);
    link.href = claim.entry;
    part.append(says, rows, link);
    return part;
  }

  // Beside its mark, inside the window, above the mark where there is no room below it.
  function place() {
    const [box, margin] = [mark.getClientRects()[0], 8];
    const [width, height] = [card.offsetWidth, card.offsetHeight];
    const left = Math.min(box.left - margin, root.clientWidth - width - margin);
    const below = box.bottom + height + margin <= root.clientHeight;
    const top = below ? box.bottom + 4 : Math.max(box.top - height - 4, margin);
    card.style.left = `${Math.max(left, margin)}px`;
    card.style.top = `${top}px`;
  }

  // MathJax, fetched from the book's own files where the page has no formula.
  function mathjax() {
    if (window.MathJax?.startup?.promise) return MathJax.startup.promise;
    return new Promise((done, fail) => {
      const started = () => MathJax.startup.promise.then(done);
      if (document.querySelector("script[src*='mathjax/mathjax.js']")) {
        window.addEventListener("load", started);
        return;
      }
      window.MathJax = { loader: { load: [] }, startup: { typeset: false } };
      const script = document.createElement("script");
      script.src = document.getElementById("claim-cards").dataset.mathjax;
      script.onload = started;
      script.onerror = fail;
      document.head.append(script);
    });
  }

  function typeset(box) {
    mathjax()
      .then(() => MathJax.typesetPromise([box]))
      .catch(() => {
        // what stands between \( and \)
        const formulas = box.querySelectorAll(".math");
        formulas.forEach((each) => (each.textContent = each.textContent.slice(2, -2)));
      })
      .then(() => mark && place());
  }

  function open(wanted) {
    clearTimeout(timer);
    if (mark === wanted) return;
    close();
    mark = wanted;
    cards ??= JSON.parse(document.getElementById("claim-cards").textContent);
    card = element("div", "", "claim-popup");
    card.id = "claim-popup";
    card.setAttribute("role", "group");
    card.setAttribute("aria-label", "What was checked");
    card.append(...mark.dataset.claims.split(" ").map(entry));
    mark.after(card);
    if (card.showPopover) {
      card.popover = "manual"; // above everything, cut by nothing
      card.showPopover();
    }
    new ResizeObserver(() => mark && place()).observe(card); // formulas arrive later
    mark.setAttribute("aria-expanded", "true");
    mark.setAttribute("aria-controls", card.id);
    mark.setAttribute("aria-describedby", card.id);
    place();
    if (card.querySelector(".math")) typeset(card);
  }

  function close() {
    clearTimeout(timer);
    if (!mark) return;
    mark.setAttribute("aria-expanded", "false");
    mark.removeAttribute("aria-controls");
    mark.removeAttribute("aria-describedby");
    card.remove();
    mark = card = undefined;
    pinned = false;
  }

  const markOf = (event) => event.target.closest?.(MARK);
  const inCard = (node) => card?.contains(node);
  const closeSoon = () => {
    clearTimeout(timer);
    if (!pinned) timer = setTimeout(close, PATIENCE);
  };

  document.addEventListener("pointerover", (event) => {
    if (event.pointerType !== "mouse") return;
    const over = markOf(event);
    if (over && !pinned) {
      clearTimeout(timer);
      timer = setTimeout(() => open(over), mark === over ? 0 : 100);
    } else if (inCard(event.target) || (over && over === mark)) {
      clearTimeout(timer);
    } else {
      closeSoon();
    }
  });
  document.addEventListener("focusin", (event) => {
    const on = markOf(event);
    if (on?.matches(":focus-visible")) returning || open(on);
    else if (!on && !inCard(event.target)) close();
  });
  document.addEventListener("focusout", (event) => {
    const next = event.relatedTarget;
    if (!next || !(inCard(next) || next.matches(MARK))) closeSoon();
  });
  document.addEventListener("click", (event) => {
    const on = markOf(event);
    if (!on) {
      if (!inCard(event.target)) close();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    if (pinned && mark === on) return close();
    open(on);
    pinned = true;
  });
  document.addEventListener("keydown", (event) => {
    const on = markOf(event);
    if (event.key === "Escape" && mark) {
      const last = mark;
      returning = inCard(document.activeElement);
      close();
      if (returning) last.focus(); // which opens nothing again
      returning = false;
    } else if (event.key === " " && on) {
      event.preventDefault();
      on.click();
    }
  });
  window.addEventListener("scroll", () => mark && place(), { passive: true });
  window.addEventListener("resize", () => mark && place());

  // The switch, beside the theme's buttons.
  function addSwitch() {
    const before = document.querySelector(".article-header-buttons .theme-switch-button");
    if (!before) return;
    const button = element("button", "✓", "btn btn-sm nav-link pst-navbar-icon claim-switch");
    button.type = "button";
    const show = () => {
      const hidden = root.classList.contains("claims-hidden");
      button.setAttribute("aria-pressed", String(!hidden));
      button.setAttribute("aria-label", "Marks of checks");
      button.title = hidden ? "Show the marks of checks" : "Hide the marks of checks";
    };
    button.addEventListener("click", () => {
      const hidden = root.classList.toggle("claims-hidden");
      try {
        localStorage.setItem(HIDDEN, hidden ? "yes" : "no");
      } catch {
        // it holds for this page
      }
      close();
      show();
    });
    show();
    before.before(button);
  }

  document.addEventListener("DOMContentLoaded", () => {
    addSwitch();
    document.querySelectorAll(MARK).forEach((each) => {
      each.setAttribute("role", "button");
      each.setAttribute("aria-expanded", "false");
      each.removeAttribute("title");
    });
  });
})();
