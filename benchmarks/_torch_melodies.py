"""The networks "beat" and "autoregressive" in torch, for the comparison of one training step."""

import torch
from torch import nn
from torch.nn import functional

BEAT, STEP_CHANNELS, STEP_SCALE = 4, 32, 2
BARS, MAX_HELD = (16, 32, 48), 15
PRIOR_SCALE = 0.4


class TorchMelodies(nn.Module):
    """Encoder, one of the two decoders, and the training step.

    Parameters
    ----------
    weights : dict of str to ndarray
        Those of the fitted estimator, by name; the network is the same.
    n_symbols : int
    kl_weight, learning_rate, max_gradient_norm : float
    """

    def __init__(self, weights, n_symbols, kl_weight, learning_rate, max_gradient_norm):
        super().__init__()
        self.n_symbols, self.kl_weight, self.max_gradient_norm = n_symbols, kl_weight, max_gradient_norm
        self.is_autoregressive = "decoder/gru/kernel" in weights
        tensors = {name: torch.tensor(array) for name, array in weights.items() if "/gru/" not in name}
        self.table = nn.ParameterDict({name.replace("/", "-"): nn.Parameter(array) for name, array in tensors.items()})
        if self.is_autoregressive:
            kernel, recurrent, bias = (
                _reordered(weights[f"decoder/gru/{k}"]) for k in ("kernel", "recurrent_kernel", "bias")
            )
            self.gru = nn.GRU(*kernel.shape[:1], recurrent.shape[0], batch_first=True)
            for parameter, array in zip(self.gru.parameters(), (kernel.T, recurrent.T, *bias), strict=True):
                parameter.data.copy_(array)
        self.optimizer = torch.optim.Adam(self.parameters(), lr=learning_rate, eps=1e-7)

    def loss_of(self, symbols, targets, noise):
        """Return the loss of a batch; `targets` are the wanted valence and arousal."""
        mean, log_variance = self.encode(symbols)
        latent = mean + torch.exp(log_variance / 2) * noise
        logits = self.write(latent, symbols) if self.is_autoregressive else self.decode(latent)
        entropy = functional.cross_entropy(logits.transpose(1, 2), symbols, reduction="none").sum(1).mean()
        free = -0.5 * (1 + log_variance - mean**2 - log_variance.exp())[:, 2:].sum(1).mean()
        ratio = log_variance[:, :2] - torch.log(torch.tensor(PRIOR_SCALE**2))
        distance = (mean[:, :2] - targets) / PRIOR_SCALE
        return entropy + self.kl_weight * free - 0.5 * (1 + ratio - distance**2 - ratio.exp()).sum(1).mean()

    def encode(self, symbols):
        """Return the means and the logarithms of the variances."""
        embedded = functional.embedding(symbols, self.weight("encoder/embedding"))
        beats = torch.relu(self.dense("encoder/beats", embedded.reshape(len(symbols), -1, BEAT * embedded.shape[-1])))
        beats = beats + torch.relu(self.convolution("encoder/convolution0", beats))
        beats = torch.relu(self.convolution("encoder/convolution1", beats))
        hidden = torch.relu(self.dense("encoder/hidden", beats.flatten(1)))
        return self.dense("encoder/mean", hidden), self.dense("encoder/log_variance", hidden).clamp(-8, 4)

    def decode(self, latent):
        """Return the logits of "beat"."""
        beats = self.dense("decoder/beats", torch.relu(self.dense("decoder/hidden", latent)))
        beats = beats.reshape(len(latent), -1, self.weight("decoder/convolution0/kernel").shape[0] // 3)
        beats = torch.relu(self.convolution("decoder/convolution0", beats))
        beats = beats + torch.relu(self.convolution("decoder/convolution1", beats))
        steps = STEP_SCALE * torch.tanh(self.dense("decoder/steps", beats))
        return self.dense("decoder/symbols", steps.reshape(len(latent), -1, STEP_CHANNELS))

    def write(self, latent, symbols):
        """Return the logits of "autoregressive"."""
        point = torch.tanh(self.dense("decoder/latent", torch.tanh(self.dense("decoder/hidden", latent))))
        n_steps = symbols.shape[1]
        repeated = [point[:, None].expand(-1, n_steps, -1), *self.history(symbols)]
        inputs = [
            functional.embedding(_shift(symbols, 1, self.n_symbols), self.weight("decoder/previous")),
            self.weight("decoder/position").expand(len(symbols), -1, -1),
            *repeated,
        ]
        start = torch.tanh(self.dense("decoder/state", point))[None]
        states, _ = self.gru(torch.cat(inputs, -1), start)
        logits = self.dense("decoder/symbols", torch.cat([states, *repeated], -1))
        no_hold = torch.zeros_like(logits[0])
        no_hold[0, -1] = -100
        return logits + no_hold

    def history(self, symbols):
        """Return the embeddings of the symbols of earlier bars, of the last two pitches and of the steps held."""
        nothing, n_steps = self.n_symbols, symbols.shape[1]
        places = torch.arange(1, n_steps + 1)
        sounds = symbols < nothing - 2
        last = _shift(torch.where(sounds, places, 0).cummax(1)[0], 1, 0)
        second = torch.gather(functional.pad(last, (1, 0)), 1, last)
        padded = functional.pad(symbols, (1, 0), value=nothing)
        begun = torch.where(symbols == nothing - 1, -MAX_HELD, places).cummax(1)[0]
        held = (places - 1 - _shift(begun, 1, -MAX_HELD)).clamp(max=MAX_HELD)
        of_bars, of_pitches = self.weight("decoder/bars"), self.weight("decoder/pitches")
        return [
            *(functional.embedding(_shift(symbols, bar, nothing), of_bars) for bar in BARS),
            *(functional.embedding(torch.gather(padded, 1, place), of_pitches) for place in (last, second)),
            functional.embedding(held, self.weight("decoder/held")),
        ]

    def step(self, symbols, targets):
        """Do one step of training and return the loss."""
        self.optimizer.zero_grad(set_to_none=True)
        n_components = self.weight("encoder/mean/bias").shape[0]
        loss = self.loss_of(symbols, targets, torch.randn(len(symbols), n_components))
        loss.backward()
        nn.utils.clip_grad_norm_(self.parameters(), self.max_gradient_norm)
        self.optimizer.step()
        return loss.detach()

    def weight(self, name):
        """Return a weight by its name in the estimator's table."""
        return self.table[name.replace("/", "-")]

    def dense(self, name, x):
        """Return a dense layer of x."""
        return functional.linear(x, self.weight(f"{name}/kernel").T, self.weight(f"{name}/bias"))

    def convolution(self, name, x):
        """Return a convolution over three beats."""
        kernel = self.weight(f"{name}/kernel").reshape(3, x.shape[-1], -1).permute(2, 1, 0)
        return functional.conv1d(x.transpose(1, 2), kernel, self.weight(f"{name}/bias"), padding=1).transpose(1, 2)


def _shift(x, distance, filling):
    """Return rows delayed by some steps."""
    return functional.pad(x, (distance, 0), value=filling)[:, : x.shape[1]]


def _reordered(array):
    """Return an array (..., 3 units) with Keras' gates z, r, n in torch's order r, z, n."""
    z, r, n = torch.tensor(array).chunk(3, dim=-1)
    return torch.cat([r, z, n], -1)
