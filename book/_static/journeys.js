// Chapter 2: one unit, five steps. Nudge the weight of single steps and watch the last memory.
//
// A page embeds it with
//
//     ```{raw} html
//     :file: _widgets/journeys.html
//     ```
(() => {
  const box = document.querySelector(".journeys");
  const [svg, told] = ["svg", "output"].map((part) => box.querySelector(part));
  const slider = box.querySelector("[name=weight]");
  const buttons = [...box.querySelectorAll("[name=step]")];
  const T = 5, INPUT = 0.1, START = 1, NUDGE = 0.01;
  const INK = "var(--unit-1, #0b5fa5)", NUDGED = "var(--unit-lstm, #a84400)";
  const ROW = 34, FLOOR = 204, TALL = 240;
  let nudged;

  // The memories when each step has its own weight: h_0 = 1, h_t = tanh(w_t h_{t-1} + 0.1).
  function memories(weights) {
    const h = [START];
    weights.forEach((weight, t) => h.push(Math.tanh(weight * h[t] + INPUT)));
    return h;
  }

  // What a nudge of one step's weight does to the last memory, for each step.
  function journeys(weight, h) {
    let travel = 1;
    return h.slice(1).map((_, back) => T - back).map((t) => {
      const slope = 1 - h[t] ** 2, journey = travel * slope * h[t - 1];
      travel *= slope * weight;
      return journey;
    }).reverse();
  }

  function summary(weight, steps) {
    const even = Array(T).fill(weight), h = memories(even), parts = journeys(weight, h);
    const after = memories(even.map((w, t) => (steps.has(t + 1) ? w + NUDGE : w)));
    const chosen = parts.filter((_, t) => steps.has(t + 1));
    return {
      weight, nudged: [...steps].sort(), memories: h, journeys: parts, after: after[T],
      moved: after[T] - h[T], foretold: NUDGE * chosen.reduce((sum, part) => sum + part, 0),
    };
  }

  const x = (t) => 26 + 61 * t;

  function text(left, line, words, more = "") {
    return `<text x="${left}" y="${line}" text-anchor="middle" stroke="none" fill="currentColor"
      ${more}>${words}</text>`.replace(/\n\s*/, " ");
  }

  function path(t, first) {
    const used = t > first, look = used ? `style="color: ${NUDGED}" stroke-width="3"` : "";
    return `<path stroke="currentColor" ${look}
      d="M${x(t - 1) + 22} ${ROW}H${x(t) - 26}l-5 -3v6l5 -3"/>`;
  }

  function lever(t, steps) {
    if (!steps.includes(t)) return text(x(t), ROW + 44, "weight");
    return `<g style="color: ${NUDGED}">
      ${text(x(t), ROW + 44, "+ 0.01", 'font-weight="bold"')}
      <path stroke="currentColor" stroke-width="3" d="M${x(t)} ${ROW + 33}V${ROW + 19}"/></g>`;
  }

  function memory(value, t) {
    return `<g><rect x="${x(t) - 22}" y="${ROW - 16}" width="44" height="32" rx="14"
      style="color: ${INK}" stroke="currentColor"/>${text(x(t), ROW + 4, value.toFixed(3))}</g>`;
  }

  function bar(part, t, steps) {
    const high = TALL * part, chosen = steps.includes(t + 1);
    const look = chosen ? `style="color: ${NUDGED}" fill="currentColor" fill-opacity="0.35"` : "";
    return `<g><rect x="${x(t + 1) - 18}" y="${(FLOOR - high).toFixed(2)}" width="36"
      height="${high.toFixed(2)}" stroke="currentColor" ${look}/>
      ${text(x(t + 1), (FLOOR - high - 4).toFixed(2), part.toFixed(3))}
      ${text(x(t + 1), FLOOR + 14, `step ${t + 1}`)}</g>`;
  }

  function picture({ memories: h, journeys: parts, nudged: steps }) {
    const first = steps.length ? steps[0] : T + 1;
    return `${text(x(0), 12, "start")}${text(x(T), 12, "last")}
      ${h.slice(1).map((_, t) => path(t + 1, first)).join("")}
      ${h.slice(1).map((_, t) => lever(t + 1, steps)).join("")}
      ${h.map(memory).join("")}
      <path stroke-width="0.8" d="M${x(1) - 26} ${FLOOR}H${x(T) + 26}"/>
      ${parts.map((part, t) => bar(part, t, steps)).join("")}
      ${text(180, FLOOR + 29, "how much the last memory moves for each unit of nudge")}`
      .replace(/\s*\n\s*/g, "\n");
  }

  function sentence({ weight, memories: h, nudged: steps, after, moved, foretold }) {
    const now = `Weight ${weight.toFixed(1)}: the last memory is ${h[T].toFixed(4)}.`;
    if (!steps.length) return `${now} Press a step.`;
    const where = steps.length === T ? "at every step" :
      `at step${steps.length > 1 ? "s" : ""} ${steps.join(", ").replace(/, (\d)$/, " and $1")}`;
    return `${now} Nudged ${where} it is ${after.toFixed(4)}, a move of ${moved.toFixed(5)}. The
      bars foretell ${foretold.toFixed(5)}.`.replace(/\s+/g, " ");
  }

  function draw() {
    const now = summary(Number(slider.value), nudged);
    slider.nextElementSibling.textContent = now.weight.toFixed(1);
    buttons.forEach((button) => {
      button.setAttribute("aria-pressed", nudged.has(Number(button.value)));
    });
    svg.innerHTML = picture(now);
    svg.setAttribute("aria-label", `Six memories in a row, and a bar for each of five steps.
      ${sentence(now)}`.replace(/\s+/g, " "));
    told.textContent = sentence(now);
    box.dataset.numbers = JSON.stringify(now);
  }

  function begin() {
    slider.value = 0.9;
    nudged = new Set([2]);
    draw();
  }

  buttons.forEach((button) => button.addEventListener("click", () => {
    const step = Number(button.value);
    if (!nudged.delete(step)) nudged.add(step);
    draw();
  }));
  box.querySelector("[name=all]").addEventListener("click", () => {
    nudged = new Set([1, 2, 3, 4, 5]);
    draw();
  });
  box.querySelector("[name=again]").addEventListener("click", begin);
  slider.addEventListener("input", draw);
  box.hidden = false;
  begin();
})();
