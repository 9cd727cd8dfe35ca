// The search page. search-index.js (rnncourse_search.py) says what each page is about; here a
// question is compared with it. Nothing is fetched, so it works from a folder too.

const bookSearch = (() => {
  const { pages: listed, words: spelled, stop } = window.searchIndex;
  const stopWords = new Set(stop.split(" "));
  // A chapter's page comes before its deeper page, its lesson, and what only lists things.
  const KIND = { chapter: 1, deeper: 0.85, lesson: 0.8, reference: 0.7, first: 0.6 };
  const LABEL = { chapter: "Chapter", deeper: "Going deeper", lesson: "Lesson" };
  // How much a question is worth that names a page, one of its sections, or words of its text.
  const TITLE = 1, SECTION = 0.6, TEXT = 0.35, TOGETHER = 0.25;

  const SLICE = 10; // milliseconds of work on the index, after which the page may answer

  // As fold in rnncourse_search_text.py.
  const fold = (text) => text.replace(/ε/g, "epsilon").normalize("NFKD").toLowerCase();
  const split = (text) => fold(text).replace(/[\u0300-\u036f'’]/g, "").match(/[a-z0-9]+/g) || [];

  const ENDINGS = ["ement", "ation", "ingly", "ively", "ence", "ance", "edly", "ally", "ity", "ent",
    "ant", "ing", "ion", "ive", "ed", "er", "or", "al", "ly", "e"];

  // One form for singular and plural, British and American spelling, and the usual endings.
  function stem(word) {
    if (word.length < 4 || /\d/.test(word)) return word;
    let w = word.replace(/rices$/, "rix").replace(/([dt])ices$/, "$1ex").replace(/yses$/, "ysis");
    w = w.replace(/ies$/, "y").replace(/(ss|x|ch|sh|as|us)es$/, "$1").replace(/([^suia])s$/, "$1");
    w = w.replace(/our(ed|ing|hood|al)?$/, "or$1").replace(/tre$/, "ter").replace(/yse$/, "yze");
    w = w.replace(/^(.{4,})i[sz](?:ations?|ing|ed|ers?|e)$/, "$1");
    for (const end of ENDINGS) {
      const rest = w.slice(0, -end.length);
      if (w.endsWith(end) && rest.length >= (end === "al" ? 5 : 3) && /[aeiouy]/.test(rest)) {
        w = rest;
        break;
      }
    }
    w = w.replace(/^(.{4,})(?:at|iv)$/, "$1");
    return w.replace(/([^aeiou])\1$/, "$1");
  }
  const asked = (text) => split(text).filter((word) => !stopWords.has(word));

  const chapter = (page) => page.name.match(/\/(\d\d_)/)?.[1];

  // Spelled in one word, "oversmoothing" stands for the two of "over-smoothing".
  const joined = new Map(), named = new Set();
  function phrase(text) {
    const all = split(text);
    all.slice(1).forEach((word, i) => joined.set(all[i] + word, `${all[i]} ${word}`));
    asked(text).forEach((word) => spellings.set(word, stem(word)));
    asked(text).map(stem).forEach((word) => named.add(word));
    return new Set(asked(text).map(stem));
  }

  // The index: pages and sections as sets of stems, and for each stem the pages that have it. It
  // takes a slow phone half a second, so it is made in pieces, each as long as one page or word.
  const pages = [], sections = [], vocabulary = new Map(), spellings = new Map();
  const inPages = (word) => vocabulary.get(word) || vocabulary.set(word, new Set()).get(word);
  function* preparing() {
    for (const [name, title, kind, names, parts] of listed) {
      const page = { name, title, kind, parts: [], at: pages.length };
      const counted = chapter(page) ? [`${kind} ${parseInt(chapter(page), 10)}`] : [];
      page.phrases = [title, ...names, ...counted].map(phrase);
      for (const [id, heading, start] of parts) {
        const part = { id, title: heading, start, page, phrases: [], words: new Set() };
        part.phrases = heading.split(/, |: /).concat(heading).map(phrase);
        page.parts.push(part);
        sections.push(part);
      }
      yield pages.push(page);
    }
    for (const [word, steps] of Object.entries(spelled)) {
      const root = stem(word), within = inPages(root);
      let at = 0;
      for (const step of steps.split(" ")) {
        const part = sections[(at += parseInt(step, 36))];
        part.words.add(root);
        within.add(part.page);
      }
      yield spellings.set(word, root);
    }
    for (const page of pages) {
      page.words = new Set(page.parts.flatMap((part) => [...part.words]));
      page.phrases.forEach((words) => words.forEach((word) => page.words.add(word)));
      for (const words of page.phrases.concat(...page.parts.map((part) => part.phrases))) {
        words.forEach((word) => inPages(word).add(page));
      }
      yield page;
    }
  }
  const left = preparing();
  let ready = false;
  // Go on with the index for so many milliseconds.
  function prepare(time) {
    const end = performance.now() + time;
    while (!ready && performance.now() < end) ready = left.next().done;
  }

  // A rare word says more about what is meant than a frequent one.
  const weight = (word) => Math.log(1 + pages.length / (vocabulary.get(word)?.size || 1));

  // True if one letter is missing, added, wrong, or changed places with its neighbor.
  function nearly(a, b) {
    if (Math.abs(a.length - b.length) > 1 || a === b) return a === b;
    let i = 0;
    while (i < a.length && a[i] === b[i]) i += 1;
    const [x, y] = [a.slice(i), b.slice(i)];
    return x.slice(1) === y.slice(1) || x.slice(1) === y || x === y.slice(1) ||
      (x[0] === y[1] && x[1] === y[0] && x.slice(2) === y.slice(2));
  }

  // What a word may stand for, and how sure that is: itself, a longer word, one with a slip.
  function meanings(word) {
    for (const form of [word, word.replace(/s$/, "")]) {
      if (vocabulary.has(stem(form))) return [[stem(form), 1]];
    }
    const all = [...spellings.keys()];
    const longer = all.filter((each) => word.length > 2 && each.startsWith(word));
    const slips = longer.length || word.length < 4 ? [] : all.filter((each) => nearly(word, each));
    const sure = (each) => (each[0] === word[0] ? 0.8 : 0.6);
    return [...longer, ...slips].map((each) => [spellings.get(each), sure(each)]);
  }

  // The words of a question, each with what it may stand for; "back propagation" is one word.
  function read(question) {
    const kept = asked(question).length ? asked(question) : split(question);
    const words = [];
    for (let i = 0; i < kept.length; i += 1) {
      const both = stem(kept[i] + kept[i + 1]);
      if (vocabulary.has(both)) i += 1;
      if (vocabulary.has(both)) words.push([[both, 1]]);
      else if (named.has(stem(kept[i]))) words.push([[stem(kept[i]), 1]]);
      else if (joined.has(kept[i])) words.push(...asked(joined.get(kept[i])).map(meanings));
      else words.push(meanings(kept[i]));
    }
    return words.map((options) => ({
      options,
      weight: options.length ? Math.max(...options.map(([word]) => weight(word))) : weight(""),
    }));
  }

  // How far a set of words answers a question, 0 to 1, and how far it is about nothing else.
  function covered(question, words) {
    let all = 0, met = 0;
    const used = new Set();
    for (const { options, weight: w } of question) {
      all += w;
      const best = options.filter(([word]) => words.has(word)).sort((a, b) => b[1] - a[1])[0];
      if (best) {
        met += w * best[1];
        used.add(best[0]);
      }
    }
    return [all ? met / all : 0, used];
  }
  function likeness(question, words) {
    const [recall, used] = covered(question, words);
    const size = [...words].reduce((sum, word) => sum + weight(word), 0);
    const met = [...used].reduce((sum, word) => sum + weight(word), 0);
    return recall && size ? (2 * recall * (met / size)) / (recall + met / size) : 0;
  }
  const most = (question, phrases) =>
    Math.max(0, ...phrases.map((words) => likeness(question, words) ** 2));

  function rated(question, page) {
    const parts = page.parts.map((part, i) => {
      const named = i ? most(question, part.phrases) : 0;
      return { part, text: covered(question, part.words)[0], named };
    });
    const text = covered(question, page.words)[0];
    const full = parts.filter((each) => each.text > 0.99).length;
    const together = (Math.max(0, ...parts.map((each) => each.text)) + Math.log1p(full) / 2) / 2;
    const section = SECTION * Math.max(0, ...parts.map((each) => each.named));
    const called = most(question, page.phrases), kind = KIND[page.kind];
    const score = Math.max(TITLE * called * (1 + kind) / 2, section * kind) +
      (Math.min(TITLE * called, section) / 8 + TEXT * text ** 2 + TOGETHER * together) * kind;
    const best = parts.slice(1).filter((each) => each.named > 0.2 || each.text > 0.99)
      .sort((a, b) => b.named + b.text / 2 - a.named - a.text / 2);
    const shown = best.slice(0, 3).map(({ part }) => part);
    return { page, text, called, score, parts: shown };
  }

  /** The pages that answer a question, best first: [{page, score, parts}]. */
  function find(text) {
    prepare(Infinity);
    const question = read(text);
    if (!question.some(({ options }) => options.length)) return [];
    const all = pages.map((page) => rated(question, page));
    // Also where only a lesson's section is called so, the chapter that explains it comes first.
    for (const main of all.filter(({ page, text }) => page.kind === "chapter" && text > 0.99)) {
      const number = chapter(main.page);
      const own = all.filter(({ page, called }) => page !== main.page && called < 0.8 &&
        chapter(page) === number);
      main.score = Math.max(main.score, ...own.map(({ score }) => score * 1.01));
    }
    const found = all.filter(({ score }) => score > 0.1);
    found.sort((a, b) => b.score - a.score || a.page.at - b.page.at);
    return found.filter(({ score }) => score > found[0].score / 6).slice(0, 15);
  }

  const make = (tag, text, attributes = {}) =>
    Object.assign(document.createElement(tag), { textContent: text }, attributes);

  function entry({ id, title, start, page }, first) {
    const root = document.documentElement.dataset.content_root || "./";
    const item = make("li", "");
    const href = `${root}${page.name}.html${first ? "" : `#${id}`}`;
    item.append(make("a", first ? page.title : title, { href }));
    const label = first && LABEL[page.kind];
    if (label) item.append(make("span", `${label} ${parseInt(chapter(page), 10)}`));
    item.append(make("p", start));
    return item;
  }

  function show(text, box) {
    const found = find(text);
    const counted = `${found.length} page${found.length === 1 ? "" : "s"} for “${text}”`;
    const none = `Nothing for “${text}”. Try other words, or look into the glossary.`;
    box.querySelector("[role=status]").textContent = found.length ? counted : none;
    box.querySelector("ol").replaceChildren(...found.map(({ page, parts }) => {
      const item = entry(page.parts[0] || { page, start: "" }, true);
      const inner = make("ul", "");
      inner.append(...parts.map((part) => entry(part, false)));
      if (parts.length) item.append(inner);
      return item;
    }));
  }

  const box = document.getElementById("search-results");
  const query = (new URLSearchParams(location.search).get("q") || "").trim();
  let last = "";
  function ask(text) {
    last = text;
    if (!text) return;
    if (ready) show(text, box);
    else box.querySelector("[role=status]").textContent = `Searching for “${text}” …`;
  }
  function goOn() {
    prepare(SLICE);
    if (!ready) setTimeout(goOn);
    else if (last) show(last, box);
  }
  document.querySelectorAll("input[name=q]").forEach((field) => {
    field.value = query;
    if (box.parentElement.contains(field)) {
      field.focus();
      field.addEventListener("input", () => ask(field.value.trim()));
    }
  });
  if (query) ask(query);
  addEventListener("load", () => setTimeout(goOn));
  return { find, get ready() { return ready; } };
})();
