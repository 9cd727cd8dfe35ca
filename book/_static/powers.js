// Chapter 01: the norm of W^t for W = [[size, beside], [0, size]], drawn and told.
(() => {
  const box = document.querySelector(".powers");
  const [svg, told] = [box.querySelector("svg"), box.querySelector("output")];
  const value = (name) => Number(box.querySelector(`[name=${name}]`).value);
  const STEPS = 60, FAR = 3000, LOW = -4, HIGH = 4;

  // The largest singular value of [[a, c], [0, a]] with a = size^t, c = beside t size^(t-1).
  function norm(size, beside, t) {
    const a = size ** t, c = t ? beside * t * size ** (t - 1) : 0;
    return (c + Math.sqrt(c * c + 4 * a * a)) / 2;
  }

  const x = (t) => 40 + (310 * t) / STEPS;
  const y = (v) => 10 + (170 * (HIGH - Math.log10(v))) / (HIGH - LOW);
  const inside = (v) => v > 10 ** LOW && v < 10 ** HIGH;

  function line(values, style) {
    const dots = values.map((v, t) => (inside(v) ? `${x(t).toFixed(1)},${y(v).toFixed(1)}` : ""));
    return `<polyline ${style} points="${dots.filter((dot) => dot).join(" ")}"/>`;
  }

  function axes() {
    const text = (left, top, words) =>
      `<text x="${left}" y="${top}" font-size="12" fill="currentColor" stroke="none">${words}</text>`;
    const ticks = [0, 20, 40, 60].map((t) => text(x(t) - 6, 197, t)).join("");
    const levels = [-4, -2, 0, 2, 4].map((k) => text(4, y(10 ** k) + 4, `1e${k}`)).join("");
    return `<path d="M40 10V180H350M40 ${y(1)}H350" stroke-width="0.7"/>
      ${ticks}${levels}${text(180, 209, "step t")}`;
  }

  function sentence(size, beside, all) {
    const start = `Diagonal ${size.toFixed(2)}, beside it ${beside.toFixed(1)}: norm
      ${all[1].toFixed(3)}, spectral radius ${size.toFixed(2)}. `;
    if (size > 1 || (size === 1 && beside > 0)) return `${start}The powers grow without bound.`;
    if (size === 1) return `${start}The powers stay as they are.`;
    const peak = all.indexOf(Math.max(...all));
    const below = all.findLastIndex((v) => v >= 1) + 1;
    return `${start}Peak ${all[peak].toFixed(3)} at step ${peak}, below 1 from step ${below} on.`;
  }

  function draw() {
    const [size, beside] = [value("size"), value("beside")];
    const all = Array.from({ length: FAR }, (_, t) => norm(size, beside, t));
    const radius = Array.from({ length: STEPS + 1 }, (_, t) => size ** t);
    svg.innerHTML = axes() + line(all.slice(0, STEPS + 1), 'stroke-width="2.2"') +
      line(radius, 'stroke-dasharray="4 3"');
    told.textContent = sentence(size, beside, all).replace(/\s+/g, " ");
  }

  box.addEventListener("input", draw);
  draw();
})();
