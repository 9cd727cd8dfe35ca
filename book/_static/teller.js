// The first page: a stored GRU writes a tale, one character after the other, and shows its memory.
//
// A page embeds it with
//
//     ```{raw} html
//     :file: _widgets/teller.html
//     ```
(() => {
  const box = document.querySelector(".teller");
  const [page, svg, told] = [".teller-page span", "svg", "output"]
    .map((part) => box.querySelector(part));
  const field = (name) => box.querySelector(`[name=${name}]`);
  const weights = rnncourse.read("teller");
  const letters = weights.characters, units = weights.b_h.values.length;
  const PAUSE = 45, END = 3000, STILL = 300, COLUMNS = 32, SIZE = 11;
  let seed = 1, tale, timer = null, unknown = [];

  // One step: read the character k, and say how likely each character is to come next.
  function read({ h }, k) {
    const x = letters.map((_, j) => Number(j === k));
    const next = rnncourse.cells.gru((name) => weights[name], x, { h });
    return { ...next, scores: rnncourse.affine(weights.W_ph, next.h, weights.b_p) };
  }

  // The character that a uniform number u in 0 … 1 falls on; temperature 0 takes the likeliest.
  function choose(scores, temperature, u) {
    if (temperature === 0) return scores.indexOf(Math.max(...scores));
    const shares = rnncourse.softmax(scores.map((score) => score / temperature));
    let sum = 0;
    const found = shares.findIndex((share) => (sum += share) > u);
    return found < 0 ? letters.length - 1 : found;
  }

  // A tale that has read its beginning; what the network has no number for is left out.
  function begun(words, start) {
    const ids = [...words].map((letter) => letters.indexOf(letter)).filter((k) => k >= 0);
    const known = ids.length ? ids : [letters.indexOf("\n")];
    const state = known.reduce(read, { h: new Float64Array(units) });
    return { ...state, text: known.map((k) => letters[k]).join(""),
      draw: rnncourse.uniform(start) };
  }

  function goOn(it, temperature, u = it.draw()) {
    const k = choose(it.scores, temperature, u);
    return { ...it, ...read(it, k), text: it.text + letters[k] };
  }

  // The memory as squares, row after row.
  function picture(h) {
    return Array.from(h, (value, j) => {
      const [left, top] = [SIZE * (j % COLUMNS), SIZE * Math.floor(j / COLUMNS)];
      const ink = value < 0 ? "var(--unit-lstm, #a84400)" : "var(--unit-1, #0b5fa5)";
      return `<rect x="${left + 0.5}" y="${top + 0.5}" width="10" height="10" rx="2"
        fill="${ink}" fill-opacity="${Math.max(Math.abs(value), 0.06).toFixed(2)}"/>`
        .replace(/\n\s*/, " ");
    }).join("\n");
  }

  const temperature = () => Number(field("temperature").value);

  function tell() {
    const left = unknown.length ? `Left out, as no tale has it: ${unknown.join(" ")} ` : "";
    const now = `temperature ${temperature().toFixed(1)}`;
    told.textContent = left + (timer === null
      ? `Paused at ${now}, after ${tale.text.length} characters.` : `Writing at ${now}.`);
    field("go").textContent = timer === null ? "Write on" : "Pause";
    field("temperature").nextElementSibling.textContent = temperature().toFixed(1);
  }

  function draw() {
    page.textContent = tale.text.trimStart();
    page.parentElement.scrollTop = page.parentElement.scrollHeight;
    svg.innerHTML = picture(tale.h);
  }

  function stop() {
    clearInterval(timer);
    timer = null;
    tell();
  }

  function step() {
    tale = goOn(tale, temperature());
    draw();
    if (tale.text.length >= END) stop();
  }

  function write() {
    clearInterval(timer);
    timer = setInterval(step, PAUSE);
    tell();
  }

  // Whoever asked for less motion gets a tale that stands still, and may let it move.
  function begin() {
    const words = field("begin").value, still = matchMedia("(prefers-reduced-motion: reduce)");
    unknown = [...new Set(words)].filter((letter) => !letters.includes(letter));
    tale = begun(words, seed);
    if (still.matches) {
      while (tale.text.length < STILL) tale = goOn(tale, temperature());
      stop();
    } else write();
    draw();
  }

  field("go").addEventListener("click", () => (timer === null ? write() : stop()));
  field("again").addEventListener("click", () => { seed += 1; begin(); });
  field("begin").addEventListener("input", begin);
  field("temperature").addEventListener("input", tell);
  Object.assign(box, { begun, goOn, choose, picture });
  box.hidden = false;
  begin();
})();
