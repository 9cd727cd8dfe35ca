// Chapter 17: the rounds of a scan over eight steps. Each box is the composition of some steps.
//
// A page embeds it with
//
//     ```{raw} html
//     :file: _widgets/scan.html
//     ```
(() => {
  const box = document.querySelector(".scan");
  const [svg, told, cost] = ["svg", "output", ".scan-cost"].map((part) => box.querySelector(part));
  const A = [0.5, 2, 0.5, 1, -1, 0.5, 2, 0.5], B = [4, 1, -2, 3, 2, -1, 1, 4];
  const T = A.length, LAST = Math.log2(T);
  const WIDE = 40, HIGH = 44, GAP = 80, TOP = 22, LEFT = 22;
  const INK = "var(--unit-1, #0b5fa5)", HELD = "var(--unit-lstm, #a84400)";
  const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  let round, entry, row;

  // The one step that does the first and then the other.
  const compose = (first, then) => ({
    from: first.from, to: then.to, a: then.a * first.a, b: then.a * first.b + then.b,
  });

  // All rows: the steps themselves, and what each round makes of the row before.
  const rows = (() => {
    const found = [A.map((a, t) => ({ from: t + 1, to: t + 1, a, b: B[t] }))];
    for (let span = 1; span < T; span *= 2) {
      const before = found.at(-1);
      found.push(before.map((one, t) => (t < span ? one : compose(before[t - span], one))));
    }
    return found;
  })();

  const across = (t) => LEFT + WIDE * t, down = (r) => TOP + GAP * r;
  const number = (value) => String(Number(value.toPrecision(4))).replace("-", "−");

  function text(left, line, words, more = "") {
    return `<text x="${left}" y="${line}" text-anchor="middle" stroke="none" fill="currentColor"
      ${more}>${words}</text>`.replace(/\n\s*/, " ");
  }

  // The boxes that went into the chosen one, row by row.
  function sources() {
    const held = [new Set([entry])];
    for (let r = row; r > 0; r -= 1) {
      const span = 2 ** (r - 1), more = [...held[0]].filter((t) => t >= span);
      held.unshift(new Set([...held[0], ...more.map((t) => t - span)]));
    }
    return held;
  }

  function lines(r, held) {
    const span = 2 ** (r - 1), end = down(r), start = down(r - 1) + HIGH;
    return rows[r].map((_, t) => [t, ...(t < span ? [] : [t - span])].map((s) => {
      const used = held[r]?.has(t) && r <= row;
      const look = used ? `stroke="${HELD}" stroke-width="2"` : 'stroke-width="0.7" opacity="0.5"';
      return `<path ${look} d="M${across(s) + 20} ${start}L${across(t) + 20} ${end}"/>`;
    }).join("")).join("");
  }

  function boxes(r, held) {
    return rows[r].map(({ a, b }, t) => {
      const chosen = r === row && t === entry, used = r <= row && held[r].has(t);
      const look = chosen ? `stroke="${INK}" stroke-width="3"` :
        used ? `stroke="${HELD}" stroke-width="2"` : 'stroke-width="0.8"';
      const left = across(t), line = down(r);
      return `<g><rect x="${left + 2}" y="${line}" width="${WIDE - 4}" height="${HIGH}" rx="4"
        ${look}/>${text(left + 20, line + 18, number(a))}
        ${text(left + 20, line + 36, number(b), 'font-weight="bold"')}</g>`;
    }).join("");
  }

  // Where the boxes of a later round will stand.
  const empty = (r) => rows[r].map((_, t) => `<path stroke-width="0.8" stroke-dasharray="2 4"
    opacity="0.4" d="M${across(t) + 4} ${down(r)}h${WIDE - 8}v${HIGH}h${8 - WIDE}z"/>`).join("");

  function picture() {
    const held = sources();
    const heads = rows[0].map((_, t) => text(across(t) + 20, 14, t + 1)).join("");
    const shown = Array.from({ length: round + 1 }, (_, r) => r);
    return `${heads}${shown.map((r) => `${text(11, down(r) + 18, "a")}
      ${text(11, down(r) + 36, "b", 'font-weight="bold"')}${r ? lines(r, held) : ""}
      ${boxes(r, held)}`).join("")}${rows.map((_, r) => (r > round ? empty(r) : "")).join("")}`
      .replace(/\s*\n\s*/g, "\n");
  }

  function sentence() {
    const { from, to, a, b } = rows[row][entry];
    const steps = from === to ? `step ${to} alone` : `steps ${from} to ${to} as one step`;
    const state = from === 1 ? `, so b is the state ${to}` : "";
    return `Round ${row}, entry ${to}: ${steps}, a = ${number(a)}, b = ${number(b)}${state}.`;
  }

  // Compositions so far: in round r all entries but the first 2^(r−1).
  const compositions = () =>
    Array.from({ length: round }, (_, r) => T - 2 ** r).reduce((sum, more) => sum + more, 0);

  function show() {
    svg.innerHTML = picture();
    svg.setAttribute("aria-label", `Rows of eight boxes, rounds 0 to ${round} of a scan.
      ${sentence()}`.replace(/\s+/g, " "));
    told.textContent = sentence();
    cost.textContent = `${round} of ${LAST} rounds, ${compositions()} compositions. The loop takes
      ${T - 1} compositions, one after another.`.replace(/\s+/g, " ");
    box.dataset.numbers = JSON.stringify({ round, row, entry, shown: rows.slice(0, round + 1),
      held: sources().map((each) => [...each].sort((s, t) => s - t)), made: compositions() });
  }

  const inside = (value, most) => Math.min(Math.max(value, 0), most);

  function choose(t, r) {
    [entry, row] = [inside(t, T - 1), inside(r, round)];
    show();
  }

  function go(by) {
    round = inside(round + by, LAST);
    choose(entry, round);
  }

  function begin() {
    [round, row, entry] = [0, 0, T - 1];
    show();
  }

  function tap({ clientX, clientY }) {
    const place = new DOMPoint(clientX, clientY).matrixTransform(svg.getScreenCTM().inverse());
    const t = Math.floor((place.x - LEFT) / WIDE), r = Math.floor((place.y - TOP + 18) / GAP);
    if (t >= 0 && t < T && r >= 0 && r <= round) choose(t, r);
  }

  const on = (name, act) => box.querySelector(`[name=${name}]`).addEventListener("click", act);
  on("on", () => go(1));
  on("back", () => go(-1));
  on("left", () => choose(entry - 1, row));
  on("right", () => choose(entry + 1, row));
  on("again", begin);
  box.addEventListener("keydown", (event) => {
    if (!(event.key in KEYS) || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    const [aside, below] = KEYS[event.key];
    choose(entry + aside, row + below);
  });
  svg.addEventListener("click", tap);
  svg.addEventListener("pointermove", (event) => {
    if (event.pointerType === "mouse") tap(event);
  });
  box.hidden = false;
  begin();
})();
