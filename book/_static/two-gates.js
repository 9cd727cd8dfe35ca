// Chapter 10: one GRU unit; its two gates stand still, each at its slider, and a note is kept.
(() => {
  const { WRITTEN, inputs, left, text, parts, figure } = rnncourse.note;
  const STEPS = 30, LAST = 27, W = 1.5;
  const [GRU, GREY] = ["var(--unit-3, #00705a)", "var(--pst-color-text-muted, #767676)"];

  // The unit reads the numbers, with this note at its step.
  function read({ z, r, note }) {
    let h = 0;
    return inputs(note, STEPS).map((x, j) => {
      const share = j + 1 === WRITTEN ? 1 : z;
      const candidate = Math.tanh(x + W * r * h);
      h = (1 - share) * h + share * candidate;
      return { x, z: share, r, candidate, h };
    });
  }

  function picture(steps) {
    const { arriving, line, gate, numbered } = parts(steps, 10, GRU);
    const y = (v) => 130 - 48 * v;
    const ticks = ["1", "0", "−1"].map((word, i) =>
      text(44, 86 + 48 * i, word, 'text-anchor="end"'));
    return `${arriving()}
      <path stroke-width="0.8" d="M50 42H350M50 130H350M50 82V178M50 232H350"/>
      ${line("candidate", y, GREY, 'stroke-width="1.6" stroke-dasharray="2 2"')}
      ${line("h", y, GRU, 'stroke-width="2.4"')}
      ${text(2, 74, "−1 to 1")}<g style="color: ${GRU}">${text(150, 74, "── the state")}</g>
      ${text(240, 74, "··· the candidate")}
      ${gate("z", 208, "update")}${gate("r", 232, "reset")}
      ${ticks.join("")}${numbered(246)}`;
  }

  const share = (v) => (v >= 0.001 ? v.toFixed(3) : "next to nothing");

  figure(".two-gates", { z: 0.01, r: 0, note: 0.8 }, (choice) => {
    const { z, r } = choice, steps = read(choice), kept = left(read, choice, "h", LAST);
    return {
      picture: picture(steps),
      label: `Numbers that arrive at 30 steps, the candidate and the state of one unit, and how far
        its two gates are open.`,
      sentence: `In a step of noise ${(1 - z).toFixed(2)} of the old state stays, and
        ${z.toFixed(2)} of the candidate comes in. The candidate sees ${r.toFixed(1)} of the old
        state. At step ${LAST}, ${share(kept)} of the note is left.`,
      numbers: { kept, steps },
    };
  });
})();
