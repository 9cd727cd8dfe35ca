// Chapter 15: two arms that pay 0.5 and 1. Runs of ε-greedy fall on the exactly expected reward.
//
// A page embeds it with
//
//     ```{raw} html
//     :file: _widgets/bandit.html
//     ```
(() => {
  const box = document.querySelector(".bandit");
  const [svg, told, rows] = ["svg", "output", "tbody"].map((part) => box.querySelector(part));
  const field = (name) => box.querySelector(`[name=${name}]`);
  const ARMS = [0.5, 1], STEPS = 1000, FIRST = 20, MORE = 100, MOST = 1020, SEED = 15;
  const LISTED = [0, 0.1, 0.5, 1];
  const ink = (color, more) => `style="color: ${color}" stroke="currentColor" ${more}`;
  const STYLES = {
    "one run": ink("var(--pst-color-text-muted, #595959)", 'stroke-width="0.6"'),
    "mean of all": ink("var(--unit-lstm, #a84400)", 'stroke-width="2.4"'),
    expected: ink("var(--unit-1, #0b5fa5)", 'stroke-width="2.4" stroke-dasharray="6 4"'),
  };
  // The steps that are drawn: every one at first, then evenly on the logarithmic axis.
  const DRAWN = [...new Set(Array.from({ length: 121 }, (_, j) => Math.round(10 ** (j / 40))))];
  let wanted = FIRST;
  const kept = new Map();

  // How likely the second arm is, from the estimates of both; the first of equals is greedy.
  function second([a, b], { epsilon, explores }) {
    const greedy = b > a ? 1 : 0;
    return (1 - epsilon) * greedy + epsilon * (explores === "all" ? 0.5 : 1 - greedy);
  }

  // The expected reward of each step: a chain over which of the arms were tried.
  function expected(rule, steps) {
    let chance = [1, 0, 0, 0];
    const estimates = (tried) => ARMS.map((pays, arm) => ((tried >> arm) & 1 ? pays : rule.start));
    const p = chance.map((_, tried) => second(estimates(tried), rule));
    return Array.from({ length: steps }, () => {
      const next = [0, 0, 0, 0];
      let reward = 0;
      chance.forEach((share, tried) => {
        reward += share * ((1 - p[tried]) * ARMS[0] + p[tried] * ARMS[1]);
        next[tried | 1] += share * (1 - p[tried]);
        next[tried | 2] += share * p[tried];
      });
      chance = next;
      return reward;
    });
  }

  // One run: the arm of each step from a uniform number each. Estimates are means of rewards.
  function run(rule, draws) {
    const counts = [0, 0], sums = [0, 0];
    return draws.map((draw) => {
      const Q = sums.map((sum, arm) => (counts[arm] ? sum / counts[arm] : rule.start));
      const arm = draw >= 1 - second(Q, rule) ? 1 : 0;
      counts[arm] += 1;
      sums[arm] += ARMS[arm];
      return arm;
    });
  }

  // The mean reward of the first t steps, for every drawn t.
  function soFar(rewards) {
    const sums = [0];
    rewards.forEach((reward, t) => sums.push(sums[t] + reward));
    return DRAWN.map((t) => sums[t] / t);
  }

  const total = (values) => values.reduce((a, b) => a + b, 0);

  // The runs of a rule: more are added to those that were made before.
  function runs(rule, count) {
    const name = JSON.stringify(rule);
    if (!kept.has(name)) {
      const exact = expected(rule, STEPS);
      kept.set(name, {
        rule, exact: total(exact), curve: soFar(exact), draw: rnncourse.uniform(SEED),
        totals: [], thin: [], sum: DRAWN.map(() => 0),
      });
    }
    const made = kept.get(name);
    while (made.totals.length < count) {
      const rewards = run(rule, Array.from({ length: STEPS }, made.draw)).map((arm) => ARMS[arm]);
      const curve = soFar(rewards);
      made.totals.push(total(rewards));
      curve.forEach((value, j) => { made.sum[j] += value; });
      if (made.thin.length < FIRST) made.thin.push(curve);
    }
    return made;
  }

  function summary({ rule, exact, curve, totals, thin, sum }) {
    const n = totals.length, mean = total(totals) / n;
    const spread = total(totals.map((value) => (value - mean) ** 2)) / (n - 1);
    return {
      ...rule, exact, runs: n, mean, error: Math.sqrt(spread / n), steps: DRAWN, expected: curve,
      simulated: sum.map((value) => value / n), thin,
    };
  }

  const x = (t) => 38 + (290 * Math.log10(t)) / 3;
  const y = (v) => 22 + 340 * (1.02 - v);
  const BOTTOM = y(0.47);

  function text(left, top, words, more = "") {
    return `<text x="${left.toFixed(1)}" y="${top.toFixed(1)}" stroke="none" fill="currentColor" ` +
      `${more}>${words}</text>`;
  }

  function line(values) {
    const dots = values.map((v, j) => `${x(DRAWN[j]).toFixed(2)},${y(v).toFixed(2)}`);
    return `<polyline points="${dots.join(" ")}"/>`;
  }

  function axes() {
    const levels = [0.5, 0.6, 0.7, 0.8, 0.9, 1], ticks = [1, 10, 100, 1000];
    const grid = levels.map((v) => `M${x(1)} ${y(v).toFixed(2)}H${x(1000)}`).join("");
    return `<path stroke-width="0.6" opacity="0.3" d="${grid}"/>
      <path stroke-width="0.8" d="M${x(1)} 16V${BOTTOM.toFixed(2)}H${x(1000)}"/>
      ${levels.map((v) => text(x(1) - 6, y(v) + 4, v.toFixed(1), 'text-anchor="end"')).join("")}
      ${ticks.map((t) => text(x(t), BOTTOM + 16, t.toLocaleString("en"), 'text-anchor="middle"'))
    .join("")}
      ${text(x(1), 11, "mean reward of the first t steps")}
      ${text(x(32), BOTTOM + 30, "step t (logarithmic)", 'text-anchor="middle"')}`;
  }

  function key() {
    return Object.entries(STYLES).map(([words, style], j) => `<g ${style}>
      <path d="M${[38, 126, 240][j]} ${BOTTOM + 44}h22"/>
      ${text([65, 153, 267][j], BOTTOM + 48, words)}</g>`).join("");
  }

  function picture(now) {
    const curves = [now.thin, [now.simulated], [now.expected]];
    return `${axes()}${Object.values(STYLES).map((style, j) =>
      `<g ${style}>${curves[j].map(line).join("")}</g>`).join("\n")}
      ${key()}`.replace(/\s*\n\s*/g, "\n");
  }

  function sentence({ epsilon, runs: n, mean, error, exact }) {
    return `ε = ${epsilon.toFixed(2)}: ${n.toLocaleString("en")} runs of 1,000 steps earned
      ${mean.toFixed(1)} on average (standard error ${error.toFixed(1)}); expected are exactly
      ${exact.toFixed(3)}.${n === MOST ? " More runs this figure does not make." : ""}`
      .replace(/\s+/g, " ");
  }

  function rule(epsilon) {
    const start = field("optimistic").checked ? 2 : 0;
    return { epsilon, start, explores: field("others").checked ? "others" : "all" };
  }

  function row(now, mine) {
    const more = now.epsilon === mine ? 'aria-current="true"' : "";
    return `<tr ${more}><th scope="row">${now.epsilon}</th><td>${now.exact.toFixed(3)}</td>
      <td>${now.mean.toFixed(1)}</td></tr>`;
  }

  function draw() {
    const epsilon = Number(field("epsilon").value);
    const now = summary(runs(rule(epsilon), wanted));
    const listed = LISTED.map((other) => summary(runs(rule(other), wanted)));
    field("epsilon").nextElementSibling.textContent = epsilon.toFixed(2);
    svg.innerHTML = picture(now);
    svg.setAttribute("aria-label", `Mean reward of the first t steps against t, from 1 to 1,000.
      ${sentence(now)}`.replace(/\s+/g, " "));
    told.textContent = sentence(now);
    rows.innerHTML = listed.map((other) => row(other, epsilon)).join("");
    box.dataset.numbers = JSON.stringify({ now, listed });
  }

  field("more").addEventListener("click", () => {
    wanted = Math.min(wanted + MORE, MOST);
    draw();
  });
  function begin() {
    kept.clear();
    wanted = FIRST;
    field("epsilon").value = 0.1;
    ["optimistic", "others"].forEach((name) => { field(name).checked = false; });
    draw();
  }
  field("again").addEventListener("click", begin);
  box.addEventListener("input", draw);
  Object.assign(box, { expected, run });
  box.hidden = false;
  begin();
})();
