// Chapter 10: one GRU unit; its two gates stand still, each at its slider, and a note is kept.
(() => {
  const box = document.querySelector(".two-gates");
  const [svg, told] = [box.querySelector("svg"), box.querySelector("output")];
  const START = { z: 0.01, r: 0, note: 0.8 }, W = 1.5;
  const WRITTEN = 5, LAST = 27; // steps, counted from 1
  const NUMBERS = [0.02, 0.81, -0.64, 0.81, 0.8, -0.14, 0.59, -0.16, 0.09, -0.85, 0.46, 0.07, -0.31,
    0.52, -0.35, -0.08, -0.66, -0.17, -0.53, -0.43, 0.45, -0.4, -0.03, 0.87, 0.83, 0.4, 0.07, -0.4,
    -0.61, 0.85];
  const [GRU, GREY] = ["var(--unit-3, #00705a)", "var(--pst-color-text-muted, #767676)"];
  const field = (name) => box.querySelector(`[name=${name}]`);

  // The unit reads the numbers, with this note at its step.
  function read({ z, r, note }) {
    let h = 0;
    return NUMBERS.map((number, j) => {
      const mine = j + 1 === WRITTEN, x = mine ? note : number, share = mine ? 1 : z;
      const candidate = Math.tanh(x + W * r * h);
      h = (1 - share) * h + share * candidate;
      return { x, z: share, r, candidate, h };
    });
  }

  // How far apart two runs with opposite notes are, late over early.
  function left(choice) {
    const [up, down] = [0.8, -0.8].map((note) => read({ ...choice, note }));
    const apart = (t) => up[t - 1].h - down[t - 1].h;
    return apart(LAST) / apart(WRITTEN);
  }

  const x = (t) => 50 + 10 * (t - 0.5);
  const bar = (t, top, height, more) => `<rect x="${(x(t) - 4).toFixed(1)}" y="${top.toFixed(2)}"
    width="8" height="${height.toFixed(2)}" stroke="none" ${more}/>`;

  function text(left, top, words, more = "") {
    return `<text x="${left}" y="${top}" stroke="none" fill="currentColor" ${more}>${words}</text>`;
  }

  function line(values, ink, more) {
    const dots = values.map((v, j) => `${x(j + 1).toFixed(1)},${(130 - 48 * v).toFixed(2)}`);
    return `<polyline style="color: ${ink}" stroke="currentColor" points="${dots.join(" ")}"
      ${more}/>`;
  }

  const arriving = (steps) => steps.map(({ x: number }, j) => bar(j + 1,
    42 - 26 * Math.max(number, 0), 26 * Math.abs(number),
    `style="fill: ${j + 1 === WRITTEN ? GRU : GREY}"`)).join("");

  const lane = (steps, gate, base, words) => `<g class="gate">${steps.map((step, j) => bar(j + 1,
    base - 18 * step[gate], 18 * step[gate], 'fill="currentColor" opacity="0.7"')).join("")}` +
    `${text(2, base - 4, words)}</g>`;

  function picture(steps) {
    const all = (name) => steps.map((step) => step[name]);
    const ticks = ["1", "0", "−1"].map((word, i) => text(44, 86 + 48 * i, word,
      'text-anchor="end"'));
    const below = [5, 10, 15, 20, 25, 30].map((t) => text(x(t), 246, t, 'text-anchor="middle"'));
    return `${text(2, 12, "arrives")}<g style="color: ${GRU}">${text(x(WRITTEN) - 2, 11, "the note")}</g>
      <path stroke-width="0.8" d="M50 42H350M50 130H350M50 82V178M50 232H350"/>
      ${arriving(steps)}
      ${line(all("candidate"), GREY, 'stroke-width="1.6" stroke-dasharray="2 2"')}
      ${line(all("h"), GRU, 'stroke-width="2.4"')}
      ${text(2, 74, "−1 to 1")}<g style="color: ${GRU}">${text(150, 74, "── the state")}</g>
      ${text(240, 74, "··· the candidate")}
      ${lane(steps, "z", 208, "update")}${lane(steps, "r", 232, "reset")}
      ${ticks.join("")}${below.join("")}${text(2, 246, "step")}`.replace(/\s*\n\s*/g, "\n");
  }

  const share = (v) => (v >= 0.001 ? v.toFixed(3) : "next to nothing");

  function sentence(kept, { z, r }) {
    return `In a step of noise ${(1 - z).toFixed(2)} of the old state stays, and ${z.toFixed(2)}
      of the candidate comes in. The candidate sees ${r.toFixed(1)} of the old state. At step
      ${LAST}, ${share(kept)} of the note is left.`.replace(/\s+/g, " ");
  }

  function draw() {
    const choice = Object.fromEntries(Object.keys(START).map((n) => [n, Number(field(n).value)]));
    const steps = read(choice), kept = left(choice);
    for (const name of Object.keys(START)) {
      field(name).nextElementSibling.textContent = field(name).value.replace("-", "−");
    }
    svg.innerHTML = picture(steps);
    svg.setAttribute("aria-label", `Numbers that arrive at 30 steps, the candidate and the state of
      one unit, and how far its two gates are open. ${sentence(kept, choice)}`.replace(/\s+/g, " "));
    told.textContent = sentence(kept, choice);
    box.dataset.numbers = JSON.stringify({ ...choice, kept, steps });
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
