"""Stand-in until sequence.linear_scan is merged."""

import torch


class _Scan(torch.autograd.Function):
    @staticmethod
    def forward(ctx, a, b, h0):
        h = torch.empty_like(b)
        last = h0
        for t in range(b.shape[1]):
            torch.addcmul(b[:, t], a[:, t], last, out=h[:, t])
            last = h[:, t]
        ctx.save_for_backward(a, h, h0)
        return h

    @staticmethod
    def backward(ctx, dh):
        a, h, h0 = ctx.saved_tensors
        a = a.conj() if a.is_complex() else a
        a = a.resolve_conj()
        delta = torch.empty_like(dh)
        delta[:, -1] = dh[:, -1]
        for t in range(dh.shape[1] - 2, -1, -1):
            torch.addcmul(dh[:, t], a[:, t + 1], delta[:, t + 1], out=delta[:, t])
        h_prev = torch.cat([h0[:, None], h[:, :-1]], dim=1)
        if h.is_complex():
            h_prev = h_prev.conj()
        return delta * h_prev, delta, a[:, 0] * delta[:, 0]


def linear_scan(a, b, h0=None):
    h0 = torch.zeros_like(b[:, 0]) if h0 is None else h0
    return _Scan.apply(a.expand_as(b), b, h0)
