// The ledger's filter. A chapter's page hides the entries that do not match; the ledger's own page
// lists entries of all chapters, from a script that is loaded when it is needed.

(() => {
  const form = document.querySelector(".claim-filter");
  if (!form) return;
  const told = form.querySelector("output");
  const cards = [...document.querySelectorAll(".claim-card")].map((card) => ({
    card,
    text: card.textContent.toLowerCase(),
    sources: [...card.classList].filter((name) => name.startsWith("source-"))
      .map((name) => name.slice(7)),
    state: card.classList.contains("claim-card-failed") ? "failed" : "passed",
  }));
  const overview = document.querySelector(".claim-totals");
  const here = document.currentScript?.src || "";

  // True for an entry that has all words, this source and this state; what is empty asks nothing.
  function matches({ text, sources, state }) {
    const words = form.words.value.toLowerCase().split(/\s+/);
    return words.every((word) => text.includes(word)) &&
      (!form.source.value || sources.includes(form.source.value)) &&
      (!form.state.value || state === form.state.value);
  }

  function filterCards() {
    let shown = 0;
    for (const entry of cards) {
      entry.card.hidden = !matches(entry);
      shown += !entry.card.hidden;
    }
    told.textContent = `${shown} of ${cards.length} claims`;
  }

  // All claims: [anchor, id, page, statement, sources, state].
  const loaded = () => window.ledgerClaims ? Promise.resolve() : new Promise((done) => {
    const script = document.createElement("script");
    script.src = new URL("ledger-claims.js", here).href;
    script.onload = done;
    document.head.append(script);
  });

  async function listAll() {
    const empty = !form.words.value.trim() && !form.source.value && !form.state.value;
    await loaded();
    const found = empty ? [] : window.ledgerClaims.filter(([, id, , statement, sources, state]) =>
      matches({ text: `${id} ${statement}`.toLowerCase(), sources, state }));
    const list = document.querySelector(".claim-found") || document.createElement("ul");
    list.className = "claim-found";
    list.replaceChildren(...found.slice(0, 60).map(([anchor, id, page, statement]) => {
      const item = document.createElement("li"), link = document.createElement("a");
      link.href = `${page}#${anchor}`;
      link.textContent = id;
      item.append(link, ` ${statement.replace(/[$`]/g, "")}`);
      return item;
    }));
    form.after(list);
    const more = found.length > 60 ? "; the first 60 are listed" : "";
    const counted = `${found.length} of ${window.ledgerClaims.length} claims${more}`;
    told.textContent = empty ? "" : counted;
  }

  // An address of the time when the ledger was one page leads on to the entry.
  async function leadOn() {
    const anchor = decodeURIComponent(location.hash.slice(1));
    if (!anchor.startsWith("ledger-") || document.getElementById(anchor)) return;
    await loaded();
    const found = window.ledgerClaims.find(([id]) => id === anchor);
    if (found) location.replace(`${found[2]}#${anchor}`);
  }

  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", overview ? listAll : filterCards);
  if (overview) {
    window.addEventListener("hashchange", leadOn);
    leadOn();
  } else {
    filterCards();
  }
})();
