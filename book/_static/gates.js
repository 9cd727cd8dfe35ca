// Chapter 11: three gates that open on clocks of their own, and the memory behind each of them.
(() => {
  const box = document.querySelector(".gates");
  const [svg, told] = [box.querySelector("svg"), box.querySelector("output")];
  const field = (name) => box.querySelector(`[name=${name}]`);
  const END = 32, FORGET = 0.5, CLOCK = ["tau", "s", "r_on"];
  const IRREGULAR = [0.7, 1.9, 2.6, 5.3, 6.2, 8.1, 9.8, 12.7, 14.2, 17.3, 18.4, 21.6, 24.2, 26.1,
    29.3, 31.6];
  const HOURS = [0, 8, 16, 24, 32];
  const REGULAR = IRREGULAR.map((_, j) => 2 * (j + 1));
  const START = [
    { tau: 4, s: 0, r_on: 0.5 }, { tau: 8, s: 4, r_on: 0.25 }, { tau: 16, s: 8, r_on: 0.1 },
  ];
  const INKS = ["var(--unit-1, #0b5fa5)", "var(--unit-2, #9a3b7c)", "var(--unit-3, #00705a)"];
  const DASHES = ["", "9 2 2 2", "2.5 2"], LSTM = "var(--unit-lstm, #a84400)";
  let units = [];

  // The remainder % has the sign of t − s; a phase is never negative.
  function phase(t, { tau, s }) {
    const rest = (t - s) % tau;
    return (rest < 0 ? rest + tau : rest) / tau;
  }

  function timeGate(t, unit, leak) {
    const phi = phase(t, unit);
    if (phi <= unit.r_on / 2) return (2 * phi) / unit.r_on;
    return phi <= unit.r_on ? 2 - (2 * phi) / unit.r_on : leak * phi;
  }

  // What is left of c = 1 after each event: c ← k (f c) + (1 − k) c.
  function memory(openness) {
    let c = 1;
    return openness.map((k) => (c = k * (FORGET * c) + (1 - k) * c));
  }

  function numbers() {
    const leak = Number(field("leak").value);
    const events = field("regular").checked ? REGULAR : IRREGULAR;
    const read = (unit) => {
      const k = events.map((t) => timeGate(t, unit, leak));
      const open = k.map((v, j) => v > 0 && phase(events[j], unit) <= unit.r_on);
      return { ...unit, k, open, c: memory(k) };
    };
    return { leak, events, units: units.map(read), lstm: memory(events.map(() => 1)) };
  }

  const x = (t) => 48 + (264 * t) / END;
  const lane = (i, k) => 56 + 48 * i - 32 * k;
  const depth = (c) => 212 - 28 * Math.log10(c);
  const TOP = 20, BOTTOM = depth(1e-5);

  function text(left, top, words, more = "") {
    return `<text x="${left}" y="${top.toFixed(1)}" stroke="none" fill="currentColor" ${more}>` +
      `${words}</text>`;
  }

  function line(points, more) {
    const dots = points.map(([left, top]) => `${left.toFixed(2)},${top.toFixed(2)}`);
    return `<polyline ${more} points="${dots.join(" ")}"/>`;
  }

  // The beginnings of all periods that are seen.
  function starts({ tau, s }) {
    const first = Math.floor(-s / tau), count = Math.ceil((END - s) / tau) - first;
    return Array.from({ length: count }, (_, j) => s + (first + j) * tau);
  }

  function corners(unit, leak) {
    const { tau, r_on } = unit;
    return starts(unit).flatMap((t) => [[t, 0], [t + (r_on * tau) / 2, 1], [t + r_on * tau, 0],
      [t + r_on * tau, leak * r_on], [t + tau, leak]]);
  }

  function bands(unit) {
    const width = ((x(END) - x(0)) * unit.r_on * unit.tau) / END;
    return starts(unit).map((t) => `<rect x="${x(t).toFixed(2)}" y="${TOP}" height="${BOTTOM - TOP}"
      width="${width.toFixed(2)}" stroke="none" fill="currentColor" opacity="0.13"/>`).join("");
  }

  function gate(unit, i, { leak, events }, thick) {
    const curve = corners(unit, leak).map(([t, k]) => [x(t), lane(i, k)]);
    const dots = events.map((t, j) => `<circle cx="${x(t).toFixed(2)}" r="2.4"
      cy="${lane(i, unit.k[j]).toFixed(2)}" stroke-width="1.2"
      fill="${unit.open[j] ? "currentColor" : "var(--pst-color-background, #fff)"}"/>`);
    return `<g class="gate" style="color: ${INKS[i]}" stroke="currentColor">
      <g clip-path="url(#gates-frame)">${line(curve, `stroke-width="${thick ? 2 : 1.2}"`)}</g>
      ${dots.join("")}${text(2, lane(i, 0.4), `unit ${i + 1}`, thick ? 'font-weight="700"' : "")}
    </g>`;
  }

  function stairs(c, events, ink, more) {
    const points = c.flatMap((v, j) => [
      [x(events[j]), depth(j ? c[j - 1] : 1)], [x(events[j]), depth(v)]]);
    return `<g class="memory" style="color: ${ink}" stroke="currentColor">` +
      `${line([[x(0), depth(1)], ...points, [x(END), depth(c.at(-1))]], more)}</g>`;
  }

  // Names at the ends of the memories, moved apart where they would lie on one another.
  function names(ends) {
    const order = [...ends].sort((a, b) => a.top - b.top);
    order.forEach((end, j) => { end.top = Math.max(end.top, j ? order[j - 1].top + 12 : TOP); });
    order.reverse().forEach((end, j) => {
      end.top = Math.min(end.top, j ? order[j - 1].top - 12 : BOTTOM);
    });
    return order.map(({ top, word, ink }) =>
      `<g style="color: ${ink}">${text(x(END) + 5, top + 4, word)}</g>`).join("");
  }

  function frame(events) {
    const marks = (from, to) => events.map((t) => `M${x(t).toFixed(2)} ${from}V${to}`).join("");
    const ticks = [1, 0.1, 0.01, 1e-3, 1e-4, 1e-5].map((c) => `M${x(0) - 4} ${depth(c)}h4`);
    const lanes = [0, 1, 2].map((i) =>
      `M${x(0) - 4} ${lane(i, 1)}h4V${lane(i, 0)}h-4M${x(0)} ${lane(i, 0)}H${x(END)}`);
    const hours = HOURS.map((t) => `M${x(t)} ${BOTTOM}v4`);
    return `<path stroke-width="0.6" opacity="0.3" d="${marks(TOP, BOTTOM)}"/>
      <path stroke-width="1.6" d="${marks(165, 174)}"/>
      <path stroke-width="0.8" d="M${x(0)} ${depth(1)}V${BOTTOM}H${x(END)}${
        [...ticks, ...lanes, ...hours].join("")}"/>`;
  }

  function words(mine) {
    const right = 'text-anchor="end"', left = x(0) - 6;
    const decades = ["1", "0.1", "0.01", "10⁻³", "10⁻⁴", "10⁻⁵"];
    const pale = text(x(END), 12, `pale: unit ${mine + 1} is open`, right);
    return text(x(0), 12, "openness k of the gate") +
      `<g style="color: ${INKS[mine]}">${pale}</g>` + text(2, 174, "events") +
      text(x(0), 197, "memory c that is left (logarithmic)") +
      [0, 1, 2].flatMap((i) => [0, 1].map((k) => text(left, lane(i, k) + 4, k, right))).join("") +
      decades.map((word, j) => text(left, depth(10 ** -j) + 4, word, right)).join("") +
      HOURS.map((t) => text(x(t), BOTTOM + 16, t, 'text-anchor="middle"')).join("") +
      text(x(END / 2), BOTTOM + 30, "time t", 'text-anchor="middle"');
  }

  function picture(all, mine) {
    const ends = all.units.map((unit, i) =>
      ({ top: depth(unit.c.at(-1)), word: `unit ${i + 1}`, ink: INKS[i] }));
    const lstm = { top: depth(all.lstm.at(-1)), word: "LSTM", ink: LSTM };
    const wide = (i) => `stroke-width="${i === mine ? 2.6 : 1.6}"`;
    return `<defs><clipPath id="gates-frame"><path d="M${x(0)} 0H${x(END)}V${BOTTOM}H${x(0)}z"/>
      </clipPath></defs>
      <g style="color: ${INKS[mine]}" clip-path="url(#gates-frame)">${bands(units[mine])}</g>
      ${frame(all.events)}${words(mine)}
      ${stairs(all.lstm, all.events, LSTM, 'stroke-width="1.6" stroke-dasharray="5 3"')}
      ${all.units.map((unit, i) => stairs(unit.c, all.events, INKS[i],
        `${wide(i)} stroke-dasharray="${DASHES[i]}"`)).join("")}
      ${all.units.map((unit, i) => gate(unit, i, all, i === mine)).join("")}
      ${names([...ends, lstm])}`.replace(/\s*\n\s*/g, "\n");
  }

  const share = (c) => c.at(-1).toFixed(c.at(-1) < 0.001 ? 6 : 3);

  function sentence(unit, i, all) {
    return `Unit ${i + 1}: period ${unit.tau}, shift ${unit.s}, open
      ${Math.round(100 * unit.r_on)} % of the time and at ${unit.open.filter(Boolean).length} of
      ${all.events.length} events; memory left at t = ${END}: ${share(unit.c)}
      (LSTM: ${share(all.lstm)}).`.replace(/\s+/g, " ");
  }

  const chosen = () => Number(box.querySelector("[name=unit]:checked").value);

  function draw() {
    const all = numbers(), mine = chosen();
    box.style.setProperty("--chosen", INKS[mine]);
    box.querySelectorAll("[type=range]").forEach((input) => {
      input.nextElementSibling.textContent = input.value;
    });
    svg.innerHTML = picture(all, mine);
    svg.setAttribute("aria-label", `Openness of three gates over time, and the memory behind each.
      ${all.units.map((unit, i) => sentence(unit, i, all)).join(" ")}`.replace(/\s+/g, " "));
    told.textContent = sentence(all.units[mine], mine, all);
    box.dataset.numbers = JSON.stringify(all);
  }

  // A slider changes the chosen unit; choosing a unit moves the sliders to its clock.
  function change({ target }) {
    const unit = units[chosen()];
    if (CLOCK.includes(target.name)) unit[target.name] = Number(target.value);
    else CLOCK.forEach((name) => { field(name).value = unit[name]; });
    draw();
  }

  function begin() {
    units = START.map((unit) => ({ ...unit }));
    box.querySelector("[name=unit]").checked = true;
    field("regular").checked = false;
    field("leak").value = 0;
    change({ target: box });
  }

  box.addEventListener("input", change);
  box.querySelector("button").addEventListener("click", begin);
  box.timeGate = timeGate;
  box.hidden = false;
  begin();
})();
