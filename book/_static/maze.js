// Chapter 15: a T-maze to walk, and beside it the stored policy, whose memory is drawn.
//
// A page embeds it with
//
//     ```{raw} html
//     :file: _widgets/maze.html
//     ```
(() => {
  const box = document.querySelector(".maze");
  const [svg, told, network, score] = ["svg", "output", ".maze-network", ".maze-score"]
    .map((part) => box.querySelector(part));
  const CORRIDOR = 10, LONGEST = 4 * CORRIDOR + 20, SEED = 1;
  const ACTIONS = ["forward", "left", "right"], SIDES = ["left", "right"];
  const KEYS = { ArrowUp: 0, ArrowLeft: 1, ArrowRight: 2 };
  const INKS = ["var(--unit-1, #0b5fa5)", "var(--unit-lstm, #a84400)"];
  const weights = rnncourse.read("walker");
  const units = weights.b_g.values.length;
  const won = [0, 0];
  let draw, cue, walkers, rounds = 0;

  const start = () => ({ place: 0, steps: 0, turned: null });
  const over = ({ steps, turned }) => turned !== null || steps >= LONGEST;

  // What a walker sees: 0, 1 the cue to the left or right, 2 the corridor, 3 the junction.
  const seen = ({ place, steps }, side, corridor) =>
    steps === 0 ? side : place === corridor ? 3 : 2;

  function move(walker, action, corridor = CORRIDOR) {
    const there = walker.place === corridor, steps = walker.steps + 1;
    if (there && action > 0) return { ...walker, steps, turned: action - 1 };
    return { ...walker, steps, place: walker.place + (!there && action === 0 ? 1 : 0) };
  }

  // The policy's step: what it remembers after it has looked, and how likely its actions are.
  function think(state, observation) {
    const x = [0, 1, 2, 3].map((k) => Number(k === observation));
    const next = rnncourse.cells.lstm((name) => weights[name], x, state);
    const scores = rnncourse.affine(weights.W_ph, next.h, weights.b_p).slice(0, 3);
    return [next, rnncourse.softmax(scores)];
  }

  // The walk of the policy, which takes its most likely action.
  function episode(side, corridor = CORRIDOR) {
    const zeros = () => new Float64Array(units), steps = [];
    let walker = start(), state = { h: zeros(), c: zeros() }, probabilities;
    while (walker.turned === null && walker.steps < 4 * corridor + 20) {
      const observation = seen(walker, side, corridor);
      [state, probabilities] = think(state, observation);
      const action = probabilities.indexOf(Math.max(...probabilities));
      walker = move(walker, action, corridor);
      steps.push({ observation, action, probabilities, memory: [...state.c], walker });
    }
    return steps;
  }

  const walks = SIDES.map((_, side) => episode(side));

  // The unit that tells the cues apart best: at the step where it does so least.
  const unit = (() => {
    const shared = Math.min(...walks.map((walk) => walk.length));
    const apart = Array.from({ length: units }, (_, j) => {
      const values = walks.flatMap((walk) => walk.map(({ memory }) => Math.abs(memory[j])));
      const gaps = walks[0].slice(0, shared).map(({ memory }, t) =>
        Math.abs(memory[j] - walks[1][t].memory[j]));
      return Math.min(...gaps) / Math.max(...values);
    });
    return apart.indexOf(Math.max(...apart));
  })();

  const LARGEST = Math.max(1, ...walks.flat().map(({ memory }) => Math.abs(memory[unit])));
  const SIZE = 22, FLOOR = 286;
  const top = (place) => FLOOR - SIZE * place;
  const height = (step) => FLOOR - SIZE * Math.min(step, CORRIDOR);
  const reach = (value) => 291 + (48 * value) / LARGEST;

  function text(left, line, words, more = 'text-anchor="middle"') {
    return `<text x="${left}" y="${line}" stroke="none" fill="currentColor" ${more}>${words}</text>`;
  }

  // The walls around a corridor with its middle at x, and the two arms at its end.
  function walls(x) {
    const near = x - SIZE / 2, far = x + SIZE / 2, end = top(CORRIDOR);
    return `<path stroke-width="1.4" d="M${near - SIZE} ${end + SIZE / 2}H${near}V${FLOOR + 14}
      H${far}V${end + SIZE / 2}H${far + SIZE}M${near - SIZE} ${end - SIZE / 2}H${far + SIZE}"/>`
      .replace(/\n\s*/, "");
  }

  function arrow(x, y, side, more) {
    const way = side ? 1 : -1;
    return `<path ${more} d="M${x - 8 * way} ${y}h${10 * way}v-5l${8 * way} 5l${-8 * way} 5v-5"/>`;
  }

  function walk(x, name, walker, ink) {
    const turn = walker.turned === null ? 0 : SIZE * (2 * walker.turned - 1);
    const sign = walker.steps ? "" : arrow(x, FLOOR + 32, cue, 'fill="currentColor"') +
      text(x, FLOOR + 54, `cue: ${SIDES[cue]}`);
    const prize = (x + (2 * cue - 1) * 2.1 * SIZE).toFixed(1);
    const end = over(walker) ? text(prize, top(CORRIDOR) + 5, "★", 'font-size="16" ' +
      'text-anchor="middle"') : "";
    return `${text(x, 16, name)}${walls(x)}<g style="color: ${ink}" stroke="currentColor">
      ${end}${sign}<circle cx="${x + turn}" cy="${top(walker.place)}" r="7" fill="currentColor"/></g>`;
  }

  // The memory of one unit, step by step, at the height where the walker stood.
  function trace(walked, ink, more) {
    const dots = walked.map(({ memory }, t) => `${reach(memory[unit]).toFixed(2)},${height(t)}`);
    return `<g style="color: ${ink}" stroke="currentColor"><polyline ${more}
      points="${dots.join(" ")}"/>${dots.map((dot) => dot.split(",")).map(([left, line]) =>
    `<circle cx="${left}" cy="${line}" r="2.6" fill="currentColor"/>`).join("")}</g>`;
  }

  function axis() {
    const ends = [-LARGEST, 0, LARGEST].map((value) => text(reach(value), FLOOR + 30,
      value === 0 ? "0" : value.toFixed(1).replace("-", "−")));
    return `${text(291, 16, `memory, unit ${unit + 1}`)}
      <path stroke-width="0.8" d="M${reach(-LARGEST)} ${FLOOR + 14}H${reach(LARGEST)}"/>
      <path stroke-width="0.6" opacity="0.4" d="M${reach(0)} 40V${FLOOR + 14}"/>${ends.join("")}`;
  }

  const steps = () => walks[cue].slice(0, walkers.network.steps + (over(walkers.network) ? 0 : 1));

  // After the end, what the unit would have remembered of the other cue.
  function other() {
    if (!over(walkers.you)) return "";
    const place = reach(walks[1 - cue].at(-1).memory[unit]);
    return trace(walks[1 - cue], "var(--pst-color-text-muted, #595959)",
      'stroke-dasharray="2 3"') + text(place.toFixed(1), 46, "other cue");
  }

  function picture() {
    return `${walk(60, "you", walkers.you, INKS[0])}${walk(172, "the network", walkers.network,
      INKS[1])}${axis()}${other()}${trace(steps(), INKS[1], 'stroke-width="1.6"')}`
      .replace(/\s*\n\s*/g, "\n");
  }

  function ending({ turned }) {
    if (turned === null) return "did not turn in time";
    return `turned ${SIDES[turned]}, ${turned === cue ? "to the reward" : "away from the reward"}`;
  }

  function sentence() {
    const { you } = walkers;
    if (over(you)) return `The cue was ${SIDES[cue]}. You ${ending(you)}; the network
      ${ending(walkers.network)}.`;
    if (you.steps === 0) return `The cue says ${SIDES[cue]}, and it will not be shown again. Walk
      forward to the junction, then turn.`;
    if (you.place === CORRIDOR) return "You see the junction. Which way did the cue point?";
    const left = CORRIDOR - you.place;
    return `You see a corridor: ${left} more ${left === 1 ? "step" : "steps"} to the junction.`;
  }

  // What the network would do now, or did last.
  function thought() {
    const { probabilities } = steps().at(-1);
    return `The network at its step ${steps().length}: ${ACTIONS.map((name, k) =>
      `${name} ${probabilities[k].toFixed(3)}`).join(", ")}.`;
  }

  function show() {
    svg.innerHTML = picture();
    svg.setAttribute("aria-label", `Two T-mazes, yours and the network's, and one unit of the
      network's memory at each of its steps. You are ${walkers.you.place} steps from the start, the
      network ${walkers.network.place}.`.replace(/\s+/g, " "));
    told.textContent = sentence().replace(/\s+/g, " ");
    network.textContent = thought();
    score.textContent = `Rewards in ${rounds} ${rounds === 1 ? "maze" : "mazes"}: you ${won[0]},
      the network ${won[1]}.`.replace(/\s+/g, " ");
    box.dataset.numbers = JSON.stringify({ cue, ...walkers, rounds, won, unit,
      memory: steps().map(({ memory }) => memory[unit]) });
  }

  function begin() {
    cue = draw() < 0.5 ? 0 : 1;
    walkers = { you: start(), network: start() };
    show();
  }

  // Both move at once; when you are done, the network walks to its end.
  function act(action) {
    if (over(walkers.you)) return;
    const all = walks[cue], last = all.at(-1).walker;
    walkers.you = move(walkers.you, action);
    walkers.network = all[walkers.you.steps - 1]?.walker ?? last;
    if (over(walkers.you)) {
      walkers.network = last;
      rounds += 1;
      [walkers.you, last].forEach(({ turned }, j) => { won[j] += Number(turned === cue); });
    }
    show();
  }

  function reset() {
    draw = rnncourse.uniform(SEED);
    [rounds, won[0], won[1]] = [0, 0, 0];
    begin();
  }

  // A tap beside the walker turns, one above it walks; then the arrow keys walk, too.
  function tap({ clientX, clientY }) {
    box.querySelector("[name=move][value='0']").focus({ preventScroll: true });
    const place = new DOMPoint(clientX, clientY).matrixTransform(svg.getScreenCTM().inverse());
    const across = place.x - 60, up = top(walkers.you.place) - place.y;
    if (Math.abs(across) > up) act(across < 0 ? 1 : 2);
    else act(0);
  }

  box.querySelectorAll("[name=move]").forEach((button) => {
    button.addEventListener("click", () => act(Number(button.value)));
  });
  box.querySelector("[name=next]").addEventListener("click", begin);
  box.querySelector("[name=again]").addEventListener("click", reset);
  box.addEventListener("keydown", (event) => {
    if (!(event.key in KEYS) || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    act(KEYS[event.key]);
  });
  svg.addEventListener("click", tap);
  Object.assign(box, { episode, seen });
  box.hidden = false;
  reset();
})();
