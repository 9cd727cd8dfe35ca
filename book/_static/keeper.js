// Chapter 8: one LSTM unit keeps a note through noise; two of its biases and the note have sliders.
(() => {
  const box = document.querySelector(".keeper");
  const [svg, told] = [box.querySelector("svg"), box.querySelector("output")];
  const START = { keep: 8, write: -8, note: 0.8 }, FLAG = 16, SHOW = -8, W = 0.9;
  const WRITTEN = 5, ASKED = 28, ERASED = 33; // steps, counted from 1
  const NUMBERS = [0.02, 0.81, -0.64, 0.81, 0.8, -0.14, 0.59, -0.16, 0.09, -0.85, 0.46, 0.07, -0.31,
    0.52, -0.35, -0.08, -0.66, -0.17, -0.53, -0.43, 0.45, -0.4, -0.03, 0.87, 0.83, 0.4, 0.07, -0.4,
    -0.61, 0.85, 0.03, -0.69, 0.22, 0.5, 0.2, 0.75];
  const LANES = { i: "write, i", f: "keep, f", o: "show, o" };
  const [VANILLA, LSTM] = ["var(--unit-1, #0b5fa5)", "var(--unit-lstm, #a84400)"];
  const field = (name) => box.querySelector(`[name=${name}]`);

  // Both units read the numbers, with this note at its step.
  function read({ keep, write, note }) {
    const { sigmoid } = rnncourse, steps = [];
    let c = 0, vanilla = 0;
    NUMBERS.forEach((number, j) => {
      const t = j + 1, x = t === WRITTEN ? note : number;
      const i = sigmoid(write + FLAG * (t === WRITTEN));
      const f = sigmoid(keep - FLAG * (t === ERASED));
      const o = sigmoid(SHOW + FLAG * (t >= ASKED && t < ASKED + 3));
      c = Math.tanh(x) * i + c * f;
      vanilla = Math.tanh(x + W * vanilla);
      steps.push({ x, i, f, o, c, h: Math.tanh(c) * o, vanilla });
    });
    return steps;
  }

  // How far apart two runs with opposite notes are, late over early.
  function left(choice, name) {
    const [up, down] = [0.8, -0.8].map((note) => read({ ...choice, note }));
    const apart = (t) => up[t - 1][name] - down[t - 1][name];
    return apart(ASKED - 1) / apart(WRITTEN);
  }

  const x = (t) => 50 + 8.3 * (t - 0.5);
  const bar = (left, top, height, more) => `<rect x="${left.toFixed(2)}" y="${top.toFixed(2)}"
    width="6.6" height="${height.toFixed(2)}" stroke="none" ${more}/>`;

  function text(left, top, words, more = "") {
    return `<text x="${left}" y="${top.toFixed(1)}" stroke="none" fill="currentColor" ${more}>` +
      `${words}</text>`;
  }

  function line(values, y, ink, more) {
    const dots = values.map((v, j) => `${x(j + 1).toFixed(2)},${y(v).toFixed(2)}`);
    return `<polyline style="color: ${ink}" stroke="currentColor" points="${dots.join(" ")}"
      ${more}/>`;
  }

  function arriving(steps) {
    return steps.map(({ x: number }, j) => {
      const top = 42 - 26 * Math.max(number, 0), mine = j + 1 === WRITTEN;
      const ink = mine ? LSTM : "var(--pst-color-text-muted, #767676)";
      return bar(x(j + 1) - 3.3, top, 26 * Math.abs(number), `style="fill: ${ink}"`);
    }).join("");
  }

  function lanes(steps) {
    return Object.entries(LANES).map(([gate, word], lane) => {
      const base = 252 + 24 * lane;
      const open = steps.map((step, j) => bar(x(j + 1) - 3.3, base - 18 * step[gate],
        18 * step[gate], 'fill="currentColor" opacity="0.7"'));
      return `<g class="gate">${open.join("")}${text(2, base - 4, word)}</g>`;
    }).join("");
  }

  function picture(steps) {
    const all = (name) => steps.map((step) => step[name]);
    const most = Math.max(1, ...all("c").map(Math.abs));
    const y = (v) => 140 - (48 * v) / most;
    const places = most > 1 ? 1 : 0, right = 'text-anchor="end"';
    const ticks = [most, 0, -most].map((v) =>
      text(44, y(v) + 4, v.toFixed(v ? places : 0).replace("-", "−"), right));
    const steps5 = [5, 10, 15, 20, 25, 30, 35].map((t) =>
      text(x(t), 316, t, 'text-anchor="middle"'));
    const colored = (ink, word, left) => `<g style="color: ${ink}">${text(left, 208, word)}</g>`;
    return `${text(2, 12, "arrives")}<g style="color: ${LSTM}">${text(x(WRITTEN) - 2, 11, "the note")}</g>
      ${text(2, 80, "held")}${text(x(ASKED), 80, "asked")}
      <path stroke-width="0.8" d="M50 42H350M50 ${y(0)}H350M50 92V188M50 304H350"/>
      <path stroke-width="0.8" stroke-dasharray="3 3" d="M${x(ASKED - 0.5)} 84V192m0 24V304"/>
      ${arriving(steps)}
      ${line(all("vanilla"), y, VANILLA, 'stroke-width="1.6"')}
      ${line(all("c"), y, LSTM, 'stroke-width="2.2" stroke-dasharray="7 3"')}
      ${line(all("h"), y, "inherit", 'stroke-width="1.6" stroke-dasharray="2 2"')}
      ${colored(VANILLA, "vanilla unit", 50)}${colored(LSTM, "LSTM: memory c", 136)}
      ${text(250, 208, "··· shown: h")}
      ${text(2, 228, "gates of the LSTM unit")}
      ${lanes(steps)}${ticks.join("")}${steps5.join("")}
      ${text(2, 316, "step")}`.replace(/\s*\n\s*/g, "\n");
  }

  const share = (v) => (v >= 0.001 ? v.toFixed(3) : v >= 1e-6 ? v.toFixed(6) : "next to nothing");

  function sentence({ kept, lost }, { keep, write }) {
    const f = rnncourse.sigmoid(keep), i = rnncourse.sigmoid(write);
    return `In a step of noise the forget gate keeps ${f.toFixed(4)} of the memory, and the input
      gate writes ${i.toFixed(4)} of the noise. Before it is asked for, ${share(kept)} of the note
      is left in the LSTM unit, and ${share(lost)} in the vanilla unit.`.replace(/\s+/g, " ");
  }

  function draw() {
    const choice = Object.fromEntries(Object.keys(START).map((n) => [n, Number(field(n).value)]));
    const steps = read(choice);
    const found = { kept: left(choice, "c"), lost: left(choice, "vanilla") };
    for (const name of Object.keys(START)) {
      field(name).nextElementSibling.textContent = field(name).value.replace("-", "−");
    }
    svg.innerHTML = picture(steps);
    svg.setAttribute("aria-label", `Numbers that arrive at 36 steps, what two units hold, and how
      far three gates are open. ${sentence(found, choice)}`.replace(/\s+/g, " "));
    told.textContent = sentence(found, choice);
    box.dataset.numbers = JSON.stringify({ ...choice, ...found, steps });
  }

  function begin() {
    Object.entries(START).forEach(([name, value]) => { field(name).value = value; });
    draw();
  }

  field("again").addEventListener("click", begin);
  box.addEventListener("input", draw);
  box.hidden = false;
  begin();
})();
