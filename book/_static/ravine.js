// Chapter 7: a ball in a ravine, under four optimizers; the learning rate and the step have sliders.
(() => {
  const box = document.querySelector(".ravine");
  const [svg, told] = [box.querySelector("svg"), box.querySelector("output")];
  const RATES = [0.001, 0.002, 0.005, 0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.07, 0.08, 0.1, 0.2, 0.3,
    0.5];
  const BEGIN = { rate: 4, step: 60 }, STEPS = 60, CURVES = [1, 25], START = [1, 0.2];
  const LOOKS = {
    sgd: ["plain descent", "inherit"],
    momentum: ["momentum", "var(--unit-1, #0b5fa5)"],
    rmsprop: ["RMSprop", "var(--unit-2, #9a3b7c)"],
    adam: ["Adam", "var(--unit-lstm, #a84400)"],
  };
  const field = (name) => box.querySelector(`[name=${name}]`);
  let rolling = 0;

  // One weight's step under each optimizer: its memory m (numbers that begin at 0), its gradient g.
  const MOVES = {
    sgd: (m, g) => g,
    momentum: (m, g) => (m.v = 0.9 * m.v + g),
    rmsprop: (m, g) => {
      m.v = 0.99 * m.v + (1 - 0.99) * g ** 2;
      return g / (Math.sqrt(m.v) + 1e-8);
    },
    adam: (m, g, t) => {
      m.m = 0.9 * m.m + (1 - 0.9) * g;
      m.v = 0.999 * m.v + (1 - 0.999) * g ** 2;
      return m.m / (1 - 0.9 ** t) / (Math.sqrt(m.v / (1 - 0.999 ** t)) + 1e-8);
    },
  };

  function descend(name, rate) {
    const memories = CURVES.map(() => ({ m: 0, v: 0 })), path = [START];
    for (let t = 1; t <= STEPS; t++) {
      path.push(path[t - 1].map((w, k) => w - rate * MOVES[name](memories[k], CURVES[k] * w, t)));
    }
    return path;
  }

  const SCALE = 170, clamp = (v) => Math.max(-3000, Math.min(3000, v)).toFixed(2);
  const middle = (panel) => 62 + 108 * panel;
  const place = ([flat, steep], panel) =>
    [clamp(166 + SCALE * flat), clamp(middle(panel) - SCALE * steep)];

  function ground(panel) {
    const y = middle(panel), rings = [0.25, 0.5, 0.75, 1].map((r) => `<ellipse cx="166" cy="${y}"
      rx="${SCALE * r}" ry="${(SCALE * r) / 5}" stroke-width="0.8" opacity="0.45"/>`);
    return `<clipPath id="ravine-${panel}"><rect x="2" y="${y - 44}" width="356" height="88"/></clipPath>
      <rect x="2" y="${y - 44}" width="356" height="88" stroke-width="0.5" opacity="0.5"/>
      <g clip-path="url(#ravine-${panel})">${rings.join("")}</g><path stroke-width="1.2" d="M162 ${y}h8m-4 -4v8"/>`;
  }

  function ball(path, panel, ink) {
    const dots = path.map((point) => place(point, panel));
    const steps = dots.map(([x, y]) => `<circle cx="${x}" cy="${y}" r="1.7"/>`).join("");
    const [x, y] = dots.at(-1);
    return `<g clip-path="url(#ravine-${panel})" style="color: ${ink}">
      <polyline stroke-width="1.2" points="${dots.map((dot) => dot.join(",")).join(" ")}"/>
      <g stroke="none" fill="currentColor">${steps}<circle cx="${x}" cy="${y}" r="5"/></g></g>`;
  }

  const gone = ([flat, steep]) => Math.abs(steep) > 0.26 || Math.abs(flat) > 1.1;
  const far = (path) => (gone(path.at(-1)) ? "out of the picture"
    : `${Math.hypot(...path.at(-1)).toFixed(3)} to go`);

  function picture(paths) {
    return Object.entries(LOOKS).map(([name, [word, ink]], panel) => {
      const words = `<text x="3" y="${middle(panel) - 48}" stroke="none" fill="currentColor"
        style="color: ${ink}">${word}: ${far(paths[name])}</text>`;
      return ground(panel) + ball(paths[name], panel, ink) + words;
    }).join("").replace(/\s*\n\s*/g, "\n");
  }

  function sentence(paths, rate, step) {
    const each = Object.entries(LOOKS).map(([name, [word]]) => `${word} ${far(paths[name])}`);
    return `Learning rate ${rate}, after step ${step}: ${each.join(", ")}.`;
  }

  function draw() {
    const rate = RATES[Number(field("rate").value)], step = Number(field("step").value);
    const whole = Object.fromEntries(Object.keys(LOOKS).map((name) => [name, descend(name, rate)]));
    const paths = Object.fromEntries(
      Object.entries(whole).map(([name, path]) => [name, path.slice(0, step + 1)]));
    field("rate").nextElementSibling.textContent = rate;
    field("rate").setAttribute("aria-valuetext", rate);
    field("step").nextElementSibling.textContent = step;
    svg.innerHTML = picture(paths);
    svg.setAttribute("aria-label",
      `A ball in a long ravine under four optimizers. ${sentence(paths, rate, step)}`);
    told.textContent = sentence(paths, rate, step);
    box.dataset.numbers = JSON.stringify({ rate, step, paths });
  }

  function stop() {
    clearInterval(rolling);
    rolling = 0;
  }

  function roll() {
    stop();
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    field("step").value = still ? STEPS : 0;
    draw();
    if (!still) rolling = setInterval(tick, 90);
  }

  function tick() {
    field("step").value = Number(field("step").value) + 1;
    draw();
    if (Number(field("step").value) >= STEPS) stop();
  }

  function begin() {
    stop();
    Object.entries(BEGIN).forEach(([name, value]) => { field(name).value = value; });
    draw();
  }

  field("roll").addEventListener("click", roll);
  field("again").addEventListener("click", begin);
  box.addEventListener("input", (event) => {
    if (event.target.name === "step") stop();
    draw();
  });
  box.hidden = false;
  begin();
})();
