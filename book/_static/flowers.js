// Chapter 14: type a sentence, see flowers. The stored encoder and generator run on the page.
//
// A page embeds it with
//
//     ```{raw} html
//     :file: _widgets/flowers.html
//     ```
(() => {
  const box = document.querySelector(".flowers");
  const [canvas, told, field] = ["canvas", "output", "textarea"].map((p) => box.querySelector(p));
  const COUNT = 6, ACROSS = 3, GAP = 2, SEED = 14, PAUSE = 300;
  const COURSE = "This flower has small, round violet petals with a dark purple center.";
  const weights = rnncourse.read("flowers");
  const index = new Map(weights.words.map((word, k) => [word, k]));
  const zSize = weights.generator_W0.shape[1] - weights.encoder_b.shape[0];
  let normal, z, timer;

  const split = (sentence) => sentence.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

  // The text feature of these words: the last state of the GRU, a linear layer, length √F.
  function encode(words) {
    const p = (name) => weights[`encoder_${name}`];
    let state = { h: new Float64Array(p("b_h").shape[0]) };
    for (const word of words) {
      const x = new Float64Array(index.size);
      x[index.get(word)] = 1;
      state = rnncourse.cells.gru(p, x, state);
    }
    const v = rnncourse.affine(p("W"), state.h, p("b"));
    const length = Math.hypot(...v) / Math.sqrt(v.length);
    return v.map((value) => value / length);
  }

  // A 3 × 3 convolution of a (channels, height, width), with a border of zeros.
  function convolve({ channels, height, width, values }, W, bias) {
    const wide = width + 2, plane = (height + 2) * wide, outputs = W.shape[0];
    const padded = new Float32Array(channels * plane);
    for (let row = 0; row < channels * height; row++) {
      const place = Math.floor(row / height) * plane + ((row % height) + 1) * wide + 1;
      padded.set(values.subarray(row * width, (row + 1) * width), place);
    }
    const out = new Float32Array(outputs * height * width);
    for (let o = 0; o < outputs; o++) {
      const sum = out.subarray(o * height * width, (o + 1) * height * width);
      sum.fill(bias.values[o]);
      for (let c = 0; c < channels; c++) {
        const k = (o * channels + c) * 9;
        const [a1, a2, a3, b1, b2, b3, c1, c2, c3] = W.values.subarray(k, k + 9);
        for (let y = 0; y < height; y++) {
          for (let x = 0; x < width; x++) {
            const i = c * plane + y * wide + x, j = i + wide, l = j + wide;
            sum[y * width + x] += a1 * padded[i] + a2 * padded[i + 1] + a3 * padded[i + 2] +
              b1 * padded[j] + b2 * padded[j + 1] + b3 * padded[j + 2] +
              c1 * padded[l] + c2 * padded[l + 1] + c3 * padded[l + 2];
          }
        }
      }
    }
    return { channels: outputs, height, width, values: out };
  }

  const relu = (values) => values.map((value) => Math.max(0, value));

  function doubled({ channels, height, width, values }) {
    const out = new Float32Array(4 * values.length);
    for (let k = 0; k < out.length; k++) {
      const row = Math.floor(k / (2 * width)), x = k % (2 * width);
      const c = Math.floor(row / (2 * height)), y = row % (2 * height);
      out[k] = values[(c * height + (y >> 1)) * width + (x >> 1)];
    }
    return { channels, height: 2 * height, width: 2 * width, values: out };
  }

  // Four channels for each color become the pixels of a 2 × 2 square, in 0 … 1.
  function shuffled({ height, width, values }) {
    const image = new Float32Array(values.length);
    for (let k = 0; k < image.length; k++) {
      const row = Math.floor(k / (2 * width)), x = k % (2 * width);
      const color = Math.floor(row / (2 * height)), y = row % (2 * height);
      const channel = 4 * color + 2 * (y % 2) + (x % 2);
      const value = values[(channel * height + (y >> 1)) * width + (x >> 1)];
      image[k] = (Math.tanh(value) + 1) / 2;
    }
    return { height: 2 * height, width: 2 * width, values: image };
  }

  // A picture from a text feature and noise.
  function generate(t, noise) {
    const layer = (number) => [weights[`generator_W${number}`], weights[`generator_b${number}`]];
    const [W, b] = layer(0), channels = layer(1)[0].shape[1];
    const values = Float32Array.from(relu(rnncourse.affine(W, [...t, ...noise], b)));
    const side = Math.sqrt(values.length / channels);
    let a = doubled({ channels, height: side, width: side, values });
    for (const number of [1, 2]) {
      a = convolve(a, ...layer(number));
      a.values = relu(a.values);
    }
    return shuffled(convolve(a, ...layer(3)));
  }

  // Known and unknown words, the unknown ones each once.
  function sorted(sentence) {
    const words = split(sentence);
    const unknown = [...new Set(words.filter((word) => !index.has(word)))];
    return { known: words.filter((word) => index.has(word)), unknown };
  }

  function paint(images) {
    const [{ height, width }] = images, context = canvas.getContext("2d");
    canvas.width = ACROSS * (width + GAP) - GAP;
    canvas.height = (COUNT / ACROSS) * (height + GAP) - GAP;
    images.forEach(({ values }, n) => {
      const pixels = context.createImageData(width, height), size = width * height;
      for (let k = 0; k < size; k++) {
        const color = [0, 1, 2].map((c) => 255 * values[c * size + k]);
        pixels.data.set([...color, 255], 4 * k);
      }
      const [left, top] = [n % ACROSS, Math.floor(n / ACROSS)];
      context.putImageData(pixels, left * (width + GAP), top * (height + GAP));
    });
  }

  const quoted = (words) => {
    const all = words.map((word) => `“${word}”`);
    return all.length === 1 ? all[0] : `${all.slice(0, -1).join(", ")} and ${all.at(-1)}`;
  };
  const never = (unknown) =>
    `It never read the ${unknown.length === 1 ? "word" : "words"} ${quoted(unknown)}`;

  function answer({ known, unknown }, sentence) {
    if (!known.length && !unknown.length) return `There is no sentence yet. Type one about a flower,
      or choose an example; the flowers are still those of the last sentence.`;
    if (!known.length) return `${never(unknown)}, so it has nothing to draw from. Try words such as
      red, large, petals or center; the flowers are still those of the last sentence.`;
    const flowers = `Six flowers for “${sentence.trim().replace(/\s+/g, " ")}”`;
    return unknown.length ? `${never(unknown)} and left ${unknown.length === 1 ? "it" : "them"} out.
      ${flowers}` : flowers;
  }

  function draw() {
    clearTimeout(timer);
    const sentence = field.value, words = sorted(sentence);
    if (words.known.length) {
      const t = encode(words.known);
      paint(z.map((noise) => generate(t, noise)));
      canvas.setAttribute("aria-label", answer(words, sentence).replace(/\s+/g, " "));
      box.dataset.sentence = sentence;
    }
    told.textContent = answer(words, sentence).replace(/\s+/g, " ");
  }

  function drawNoise() {
    z = Array.from({ length: COUNT }, () => Array.from({ length: zSize }, normal));
    draw();
  }

  function begin() {
    normal = rnncourse.normal(SEED);
    field.value = COURSE;
    drawNoise();
  }

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(draw, PAUSE);
  });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    draw();
  });
  box.querySelectorAll("[name=example]").forEach((button) => {
    button.addEventListener("click", () => {
      field.value = button.textContent.trim().replace(/\s+/g, " ");
      draw();
    });
  });
  box.querySelector("[name=more]").addEventListener("click", drawNoise);
  box.querySelector("[name=again]").addEventListener("click", begin);
  const pictures = (sentence, noises) => {
    const t = encode(sorted(sentence).known);
    return { t: [...t], images: noises.map((noise) => [...generate(t, noise).values]) };
  };
  Object.assign(box, { split, pictures, noise: () => z });
  box.hidden = false;
  begin();
})();
