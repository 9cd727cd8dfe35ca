"""The two passes of the character RNN over one window, and AdaGrad, in memory that is used again.

Four rewritings make it fast, and each is exact (the chapter on the character RNN proves them):

1. A one-hot column picks a column of W_hx, so the product is a gather of rows of its transpose.
2. The scores of all steps are one product, H W_phᵀ, after the loop.
3. A sum of outer products Σ_t u_t v_tᵀ is one product UᵀV, after the loop.
4. AdaGrad leaves a weight whose gradient is zero where it is: of W_hx only the columns of the
   characters in the window move. The other arrays are parts of one vector, updated at once.
"""

import numpy as np


class Arrays:
    """The five arrays in two blocks: W_hx by its columns, and all others in one vector.

    rows     W_hxᵀ, shape (K, m): one row a character
    flat     W_hh, b_h, W_ph and b_p one after another
    by_name  the five arrays in their own shapes, as views
    """

    def __init__(self, K: int, m: int, dtype, fill: float = 0.0):
        self.rows = np.full((K, m), fill, dtype)
        shapes = {"W_hh": (m, m), "b_h": (m,), "W_ph": (K, m), "b_p": (K,)}
        sizes = [int(np.prod(shape)) for shape in shapes.values()]
        self.flat = np.full(sum(sizes), fill, dtype)
        parts = np.split(self.flat, np.cumsum(sizes)[:-1])
        self.by_name = {"W_hx": self.rows.T} | {
            name: part.reshape(shape)
            for (name, shape), part in zip(shapes.items(), parts, strict=True)
        }


class Window:
    """Room for the values of T steps.

    Shapes: h (T + 1, m), row 0 the state before the window; dp (T, K); da (T, m).
    """

    def __init__(self, T: int, K: int, m: int, dtype):
        self.T, self.steps = T, np.arange(T)
        self.h = np.zeros((T + 1, m), dtype)
        self.da = np.zeros((T, m), dtype)
        self.dh = np.zeros((T, m), dtype)
        self.one = np.zeros(m, dtype)  # a product on its way into a sum
        self.same = np.zeros((T, T), dtype)
        self.grads = Arrays(K, m, dtype)
        self.root = np.zeros_like(self.grads.flat)

    def forward(self, weights: Arrays, inputs, targets, h_before: np.ndarray) -> float:
        """The loss summed over the steps; every state and every probability stays here."""
        W = weights.by_name
        h, h[0] = self.h, h_before
        np.take(weights.rows, inputs, axis=0, out=h[1:])  # W_hx x_t of all steps
        h[1:] += W["b_h"]
        W_hh, one = W["W_hh"], self.one
        before = h[0]
        for row in h[1:]:
            np.dot(W_hh, before, out=one)
            row += one
            np.tanh(row, out=row)
            before = row
        p = h[1:] @ W["W_ph"].T
        p += W["b_p"]
        p -= p.max(axis=1, keepdims=True)
        right = p[self.steps, targets]
        np.exp(p, out=p)
        total = p.sum(axis=1, keepdims=True)
        p /= total
        p[self.steps, targets] -= 1.0
        self.dp = p  # yhat − y
        return float(np.log(total).sum() - right.sum())

    def backward(self, weights: Arrays) -> None:
        """Fill ``grads.flat`` and ``da`` from what ``forward`` left."""
        W, grads = weights.by_name, self.grads.by_name
        h, dp, da, one = self.h[1:], self.dp, self.da, self.one
        dh = np.matmul(dp, W["W_ph"], out=self.dh)  # from each step's own loss
        np.multiply(h, h, out=da)
        np.subtract(1.0, da, out=da)  # the slopes of tanh
        W_hh, T = W["W_hh"], self.T
        da[-1] *= dh[-1]
        for t in range(T - 2, -1, -1):
            np.dot(da[t + 1], W_hh, out=one)
            one += dh[t]
            da[t] *= one
        np.matmul(dp.T, h, out=grads["W_ph"])
        np.sum(dp, axis=0, out=grads["b_p"])
        np.matmul(da.T, self.h[:-1], out=grads["W_hh"])
        np.sum(da, axis=0, out=grads["b_h"])

    def adagrad(self, weights: Arrays, memory: Arrays, inputs, learning_rate: float) -> None:
        """m += g², w −= η g / √m; ε is in m from the start."""
        g, root = self.grads.flat, self.root
        np.multiply(g, g, out=root)
        memory.flat += root
        np.sqrt(memory.flat, out=root)
        np.divide(g, root, out=root)
        root *= learning_rate
        weights.flat -= root
        np.equal(inputs[:, None], inputs, out=self.same)
        g = self.same @ self.da  # at each step the whole gradient of its character's column
        m = memory.rows[inputs] + g * g
        memory.rows[inputs] = m  # a character that comes twice writes the same row twice
        weights.rows[inputs] -= learning_rate * g / np.sqrt(m)
