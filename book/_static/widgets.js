// What the widgets share: a seeded generator, stored weights, and the cells of the package.
window.rnncourse ??= { stored: {} };

// Uniform numbers in 0 … 1, the same for the same seed (mulberry32).
rnncourse.uniform = (seed) => () => {
  seed = (seed + 0x6d2b79f5) | 0;
  let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
};

// Standard normal numbers from two uniform ones each (Box and Muller).
rnncourse.normal = (seed) => {
  const draw = rnncourse.uniform(seed);
  return () => Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw());
};

// A stored network: rnncourse_weights.py has written each array in base64, and words as a list.
rnncourse.read = (name) => {
  const network = rnncourse.stored[name];
  return Object.fromEntries(Object.entries(network).map(([key, stored]) => {
    if (Array.isArray(stored)) return [key, stored];
    const bytes = Uint8Array.from(atob(stored.data), (letter) => letter.charCodeAt(0));
    const values = stored.type === "float16"
      ? Float32Array.from(new Uint16Array(bytes.buffer), rnncourse.half)
      : new Float32Array(bytes.buffer);
    return [key, { shape: stored.shape, values }];
  }));
};

// A float16 from its bits.
rnncourse.half = (bits) => {
  const sign = bits >> 15 ? -1 : 1, exponent = (bits >> 10) & 31, fraction = bits & 1023;
  if (exponent === 0) return sign * 2 ** -24 * fraction;
  return sign * 2 ** (exponent - 25) * (1024 + fraction);
};

// W x + b, and W x where b is absent.
rnncourse.affine = (W, x, b) => {
  const [rows, columns] = W.shape, y = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    let sum = b ? b.values[i] : 0;
    for (let j = 0; j < columns; j++) sum += W.values[i * columns + j] * x[j];
    y[i] = sum;
  }
  return y;
};

rnncourse.sigmoid = (a) => 1 / (1 + Math.exp(-a));

// One step of a cell. ``p(name)`` is a weight of it; a state holds h, and c where there is one.
rnncourse.cells = (() => {
  const sum = (p, gate, x, h) => {
    const fromX = rnncourse.affine(p(`W_${gate}x`), x, p(`b_${gate}`));
    return rnncourse.affine(p(`W_${gate}h`), h).map((a, j) => a + fromX[j]);
  };
  return {
    gru(p, x, { h }) {
      const z = sum(p, "z", x, h).map(rnncourse.sigmoid);
      const r = sum(p, "r", x, h).map(rnncourse.sigmoid);
      const candidate = sum(p, "h", x, h.map((v, j) => r[j] * v)).map(Math.tanh);
      return { h: h.map((v, j) => (1 - z[j]) * v + z[j] * candidate[j]) };
    },
    lstm(p, x, { h, c }) {
      const g = sum(p, "g", x, h).map(Math.tanh);
      const [i, f, o] = [..."ifo"].map((gate) => sum(p, gate, x, h).map(rnncourse.sigmoid));
      const next = c.map((v, j) => g[j] * i[j] + v * f[j]);
      return { h: next.map((v, j) => Math.tanh(v) * o[j]), c: next };
    },
  };
})();

rnncourse.softmax = (scores) => {
  const most = Math.max(...scores), parts = Array.from(scores, (s) => Math.exp(s - most));
  const all = parts.reduce((a, b) => a + b);
  return parts.map((part) => part / all);
};

// A large network is fetched when somebody asks for it: a button names the scripts that begin its
// widget, and the picture beside the button stands there until then.
document.querySelectorAll("button[data-scripts]").forEach((button) => {
  const start = button.closest(".widget-start");
  start.hidden = false;
  const fetched = (address) => new Promise((done, fail) => {
    const script = document.createElement("script");
    Object.assign(script, { src: address, onload: done, onerror: fail });
    document.head.append(script);
  });
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      for (const address of button.dataset.scripts.split(" ")) await fetched(address);
      start.nextElementSibling.querySelector("input, textarea, button").focus();
      start.remove();
    } catch {
      button.disabled = false;
      button.textContent = "It could not be fetched. Try again";
    }
  });
});
