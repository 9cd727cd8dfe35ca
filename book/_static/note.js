// A unit that keeps a note among noise: what the figures of chapters 8 and 10 share.
rnncourse.note = (() => {
  const WRITTEN = 5; // the step of the note, counted from 1
  const NUMBERS = [0.02, 0.81, -0.64, 0.81, 0.8, -0.14, 0.59, -0.16, 0.09, -0.85, 0.46, 0.07, -0.31,
    0.52, -0.35, -0.08, -0.66, -0.17, -0.53, -0.43, 0.45, -0.4, -0.03, 0.87, 0.83, 0.4, 0.07, -0.4,
    -0.61, 0.85, 0.03, -0.69, 0.22, 0.5, 0.2, 0.75];
  const inputs = (note, count) =>
    NUMBERS.slice(0, count).map((number, j) => (j + 1 === WRITTEN ? note : number));

  // How far apart two runs with opposite notes are, at the last step over that of the note.
  function left(read, choice, name, last) {
    const [up, down] = [0.8, -0.8].map((note) => read({ ...choice, note }));
    const apart = (t) => up[t - 1][name] - down[t - 1][name];
    return apart(last) / apart(WRITTEN);
  }

  function text(left, top, words, more = "") {
    return `<text x="${left}" y="${top.toFixed(1)}" stroke="none" fill="currentColor" ${more}>` +
      `${words}</text>`;
  }

  // The parts of a drawing, a step so many pixels wide; what belongs to the note has this ink.
  function parts(steps, wide, ink) {
    const x = (t) => 50 + wide * (t - 0.5), thick = Number((0.8 * wide).toFixed(1));
    const bar = (j, top, height, more) => `<rect x="${(x(j + 1) - thick / 2).toFixed(2)}"
      y="${top.toFixed(2)}" width="${thick}" height="${height.toFixed(2)}" stroke="none" ${more}/>`;
    return {
      x,
      arriving() {
        const all = steps.map(({ x: number }, j) => {
          const fill = j + 1 === WRITTEN ? ink : "var(--pst-color-text-muted, #767676)";
          const top = 42 - 26 * Math.max(number, 0);
          return bar(j, top, 26 * Math.abs(number), `style="fill: ${fill}"`);
        });
        return `${text(2, 12, "arrives")}<g style="color: ${ink}">${text(x(WRITTEN) - 2, 11,
          "the note")}</g>${all.join("")}`;
      },
      line(name, y, color, more) {
        const dots = steps.map((step, j) => `${x(j + 1).toFixed(2)},${y(step[name]).toFixed(2)}`);
        return `<polyline style="color: ${color}" stroke="currentColor" points="${dots.join(" ")}"
          ${more}/>`;
      },
      gate(name, base, word) {
        const open = steps.map((step, j) =>
          bar(j, base - 18 * step[name], 18 * step[name], 'fill="currentColor" opacity="0.7"'));
        return `<g class="gate">${open.join("")}${text(2, base - 4, word)}</g>`;
      },
      numbered(top) {
        const all = steps.map((_, j) => j + 1).filter((t) => t % 5 === 0);
        return all.map((t) => text(x(t), top, t, 'text-anchor="middle"')).join("") +
          text(2, top, "step");
      },
    };
  }

  // The figure in this box: its sliders begin at `start`, and `show` says what their numbers make.
  function figure(query, start, show) {
    const box = document.querySelector(query), svg = box.querySelector("svg");
    const field = (name) => box.querySelector(`[name=${name}]`);
    const names = Object.keys(start);

    function draw() {
      const choice = Object.fromEntries(names.map((name) => [name, Number(field(name).value)]));
      const { picture, label, sentence, numbers } = show(choice);
      names.forEach((name) => {
        field(name).nextElementSibling.textContent = field(name).value.replace("-", "−");
      });
      svg.innerHTML = picture.replace(/\s*\n\s*/g, "\n");
      svg.setAttribute("aria-label", `${label} ${sentence}`.replace(/\s+/g, " "));
      box.querySelector("output").textContent = sentence.replace(/\s+/g, " ");
      box.dataset.numbers = JSON.stringify({ ...choice, ...numbers });
    }

    function begin() {
      names.forEach((name) => { field(name).value = start[name]; });
      draw();
    }

    field("again").addEventListener("click", begin);
    box.addEventListener("input", draw);
    box.hidden = false;
    begin();
  }

  return { WRITTEN, inputs, left, text, parts, figure };
})();
