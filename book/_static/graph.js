// Chapter 16: who has been heard after some updates, and with which weight: a row of Â to a power.
//
// A page embeds it with
//
//     ```{raw} html
//     :file: _widgets/graph.html
//     ```
(() => {
  const box = document.querySelector(".graph");
  const [svg, told, rows] = ["svg", "output", "tbody"].map((part) => box.querySelector(part));
  const field = (name) => box.querySelector(`[name=${name}]`);
  const NODES = [..."ABCDEF"], EDGES = ["AB", "AE", "AF", "BD", "CD", "DF"], MOST = 8;
  const START = { listener: 4, updates: 1 }, SIZE = 21;
  const PLACES = { C: [36, 118], D: [108, 118], B: [180, 62], F: [180, 174], A: [252, 118],
    E: [324, 118] };
  const INK = "var(--unit-1, #0b5fa5)";

  const sum = (values) => values.reduce((a, b) => a + b, 0);
  const joined = (i, j) => i === j ||
    EDGES.some((edge) => edge === NODES[i] + NODES[j] || edge === NODES[j] + NODES[i]);

  // Ã, and Â, which is divided by the roots of both degrees.
  const loops = NODES.map((_, i) => NODES.map((_, j) => Number(joined(i, j))));
  const degrees = loops.map(sum);
  const mixing = loops.map((row, i) => row.map((one, j) =>
    one / Math.sqrt(degrees[i] * degrees[j])));

  // The row of one node in a matrix to this power.
  function power(matrix, node, exponent) {
    let row = NODES.map((_, j) => Number(j === node));
    for (let k = 0; k < exponent; k++) {
      row = NODES.map((_, j) => sum(row.map((value, i) => value * matrix[i][j])));
    }
    return row;
  }

  let state = { ...START };

  const number = (value) => (value >= 0.0995 ? value.toFixed(2) : value.toFixed(3));

  function text(x, y, words, more = "") {
    return `<text x="${x}" y="${y}" stroke="none" fill="currentColor" text-anchor="middle"
      ${more}>${words}</text>`;
  }

  function edge(name, walks) {
    const [from, to] = [...name].map((node) => PLACES[node]);
    const heard = [...name].every((node) => walks[NODES.indexOf(node)] > 0);
    return `<path d="M${from.join(" ")}L${to.join(" ")}" ${heard
      ? `style="color: ${INK}" stroke="currentColor" stroke-width="2.4"`
      : 'stroke-width="1" stroke-dasharray="3 3"'}/>`;
  }

  // A disc whose filled area is the weight; the paper hides the edges behind it.
  function node(name, weight) {
    const [x, y] = PLACES[name], chosen = NODES.indexOf(name) === state.listener;
    const filled = (SIZE * Math.sqrt(Math.min(1, weight))).toFixed(2);
    const below = name === "B" ? y - SIZE - 20 : y + SIZE + 16;
    return `<g class="graph-node" data-node="${name}">
      <circle cx="${x}" cy="${y}" r="${SIZE}" fill="var(--pst-color-background, #fff)"
        stroke-width="1.2"/>
      <circle cx="${x}" cy="${y}" r="${filled}" fill="${INK}" stroke="none"
        pointer-events="none"/>
      ${chosen ? `<circle cx="${x}" cy="${y}" r="${SIZE + 4}" stroke-width="2"
        pointer-events="none"/>` : ""}
      ${text(x, below, name, 'font-weight="700"')}
      ${text(x, below + 14, weight > 0 ? number(weight) : "–")}</g>`;
  }

  function picture({ weights, walks }) {
    return `${EDGES.map((name) => edge(name, walks)).join("")}${NODES.map((name, j) =>
      node(name, weights[j])).join("")}`.replace(/\s*\n\s*/g, "\n");
  }

  const listed = (names) => names.length < 2 ? names.join("")
    : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;

  function sentence({ weights, walks }) {
    const who = NODES[state.listener], after = `${state.updates}
      ${state.updates === 1 ? "update" : "updates"}`;
    const heard = NODES.filter((_, j) => walks[j] > 0), missing = NODES.filter((n) =>
      !heard.includes(n));
    if (state.updates === 0) return `Before the first update ${who} holds its own features only.`;
    if (missing.length) return `After ${after} ${who} has heard from ${listed(heard)}, but not yet
      from ${listed(missing)}.`;
    const least = weights.indexOf(Math.min(...weights));
    return `After ${after} ${who} has heard from all six. Least it hears ${NODES[least]}, with the
      weight ${number(weights[least])}.`;
  }

  function show() {
    const { listener, updates } = state;
    const now = { weights: power(mixing, listener, updates), walks: power(loops, listener, updates) };
    field("updates").value = updates;
    field("updates").nextElementSibling.textContent = updates;
    field("more").disabled = updates === MOST;
    box.querySelector(`[name=listener][value=${NODES[listener]}]`).checked = true;
    svg.innerHTML = picture(now);
    told.textContent = sentence(now).replace(/\s+/g, " ");
    svg.setAttribute("aria-label", `Six nodes and the edges CD, DB, DF, BA, FA and AE.
      ${told.textContent}`.replace(/\s+/g, " "));
    rows.innerHTML = NODES.map((name, j) => `<tr ${j === listener ? 'aria-current="true"' : ""}>
      <th scope="row">${name}</th><td>${now.walks[j]}</td><td>${now.weights[j].toFixed(3)}</td></tr>`)
      .join("");
    box.dataset.numbers = JSON.stringify({ ...state, ...now });
  }

  function change(more) {
    state = { ...state, ...more };
    show();
  }

  box.querySelectorAll("[name=listener]").forEach((radio) => {
    radio.addEventListener("change", () => change({ listener: NODES.indexOf(radio.value) }));
  });
  field("updates").addEventListener("input", (event) =>
    change({ updates: Number(event.target.value) }));
  field("more").addEventListener("click", () =>
    change({ updates: Math.min(MOST, state.updates + 1) }));
  field("again").addEventListener("click", () => change(START));
  svg.addEventListener("click", (event) => {
    const node = event.target.closest("[data-node]");
    if (node) change({ listener: NODES.indexOf(node.dataset.node) });
  });
  box.hidden = false;
  show();
})();
