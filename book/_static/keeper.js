// Chapter 8: one LSTM unit keeps a note through noise; two of its biases and the note have sliders.
(() => {
  const { WRITTEN, inputs, left, text, parts, figure } = rnncourse.note, { sigmoid } = rnncourse;
  const STEPS = 36, FLAG = 16, SHOW = -8, W = 0.9;
  const ASKED = 28, ERASED = 33; // steps, counted from 1
  const [VANILLA, LSTM] = ["var(--unit-1, #0b5fa5)", "var(--unit-lstm, #a84400)"];

  // Both units read the numbers, with this note at its step.
  function read({ keep, write, note }) {
    let c = 0, vanilla = 0;
    return inputs(note, STEPS).map((x, j) => {
      const t = j + 1;
      const i = sigmoid(write + FLAG * (t === WRITTEN));
      const f = sigmoid(keep - FLAG * (t === ERASED));
      const o = sigmoid(SHOW + FLAG * (t >= ASKED && t < ASKED + 3));
      c = Math.tanh(x) * i + c * f;
      vanilla = Math.tanh(x + W * vanilla);
      return { x, i, f, o, c, h: Math.tanh(c) * o, vanilla };
    });
  }

  function picture(steps) {
    const { x, arriving, line, gate, numbered } = parts(steps, 8.3, LSTM);
    const most = Math.max(1, ...steps.map(({ c }) => Math.abs(c)));
    const y = (v) => 140 - (48 * v) / most;
    const places = most > 1 ? 1 : 0;
    const ticks = [most, 0, -most].map((v) =>
      text(44, y(v) + 4, v.toFixed(v ? places : 0).replace("-", "−"), 'text-anchor="end"'));
    const colored = (ink, word, left) => `<g style="color: ${ink}">${text(left, 208, word)}</g>`;
    return `${arriving()}${text(2, 80, "held")}${text(x(ASKED), 80, "asked")}
      <path stroke-width="0.8" d="M50 42H350M50 ${y(0)}H350M50 92V188M50 304H350"/>
      <path stroke-width="0.8" stroke-dasharray="3 3" d="M${x(ASKED - 0.5)} 84V192m0 24V304"/>
      ${line("vanilla", y, VANILLA, 'stroke-width="1.6"')}
      ${line("c", y, LSTM, 'stroke-width="2.2" stroke-dasharray="7 3"')}
      ${line("h", y, "inherit", 'stroke-width="1.6" stroke-dasharray="2 2"')}
      ${colored(VANILLA, "vanilla unit", 50)}${colored(LSTM, "LSTM: memory c", 136)}
      ${text(250, 208, "··· shown: h")}${text(2, 228, "gates of the LSTM unit")}
      ${gate("i", 252, "write, i")}${gate("f", 276, "keep, f")}${gate("o", 300, "show, o")}
      ${ticks.join("")}${numbered(316)}`;
  }

  const share = (v) => (v >= 0.001 ? v.toFixed(3) : v >= 1e-6 ? v.toFixed(6) : "next to nothing");

  figure(".keeper", { keep: 8, write: -8, note: 0.8 }, (choice) => {
    const steps = read(choice);
    const [kept, lost] = ["c", "vanilla"].map((name) => left(read, choice, name, ASKED - 1));
    return {
      picture: picture(steps),
      label: `Numbers that arrive at 36 steps, what two units hold, and how far three gates are
        open.`,
      sentence: `In a step of noise the forget gate keeps ${sigmoid(choice.keep).toFixed(4)} of the
        memory, and the input gate writes ${sigmoid(choice.write).toFixed(4)} of the noise. Before
        it is asked for, ${share(kept)} of the note is left in the LSTM unit, and ${share(lost)} in
        the vanilla unit.`,
      numbers: { kept, lost, steps },
    };
  });
})();
