"""The paper's network with ``torch.nn.GRU``, for comparison with skemovae where torch is installed."""

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from skemovae.emotion import valence_arousal

LABEL_CHANNELS = 4
HIDDEN_UNITS = 100
N_CLASSES = 4


class TorchVAE(nn.Module):
    """Encoder, decoder and training step.

    Parameters
    ----------
    n_steps, n_symbols, n_components, units : int
    condition : {"both", "decoder"}
    valence_weight, arousal_weight, kl_weight : float
    """

    def __init__(self, n_steps, n_symbols, n_components, units, condition, valence_weight, arousal_weight, kl_weight):
        super().__init__()
        self.n_steps, self.n_symbols, self.n_components = n_steps, n_symbols, n_components
        self.weights = (kl_weight, valence_weight, arousal_weight)
        self.spread = nn.Linear(N_CLASSES, n_steps * LABEL_CHANNELS) if condition == "both" else None
        n_features = n_symbols + (LABEL_CHANNELS if condition == "both" else 0)
        self.encoder = nn.GRU(n_features, units, batch_first=True)
        self.hidden = nn.Linear(units, HIDDEN_UNITS)
        self.mean, self.log_variance = nn.Linear(HIDDEN_UNITS, n_components), nn.Linear(HIDDEN_UNITS, n_components)
        self.decoder = nn.GRU(n_components + N_CLASSES, units, batch_first=True)
        self.logits = nn.Linear(units, n_symbols)
        self.positions = torch.tensor(np.asarray(valence_arousal(range(1, N_CLASSES + 1)), "float32"))
        self.optimizer = torch.optim.RMSprop(self.parameters(), lr=0.001, alpha=0.9, eps=1e-7)

    def load(self, arrays):
        """Take the weights of ``skemovae.nn.network.VAENetwork``, so that both networks can be shown to be the same."""
        arrays = [torch.tensor(array) for array in arrays]
        for module in [self.spread, self.encoder, self.hidden, self.mean, self.log_variance, self.decoder, self.logits]:
            if isinstance(module, nn.GRU):
                kernel, recurrent_kernel, bias = (self._reordered(arrays.pop(0)) for _ in range(3))
                new = kernel.T, recurrent_kernel.T, *bias
            elif module is not None:
                new = arrays.pop(0).T, arrays.pop(0)
            else:
                continue
            for parameter, array in zip(module.parameters(), new, strict=True):
                parameter.data.copy_(array)

    def loss_of(self, symbols, labels, noise):
        """Return the loss of a batch."""
        tokens = functional.one_hot(symbols, self.n_symbols).float()
        label = functional.one_hot(labels, N_CLASSES).float()
        if self.spread is not None:
            tokens = torch.cat([tokens, self.spread(label).reshape(len(tokens), self.n_steps, LABEL_CHANNELS)], -1)
        hidden = torch.relu(self.hidden(self.encoder(tokens)[1][0]))
        mean, log_variance = self.mean(hidden), self.log_variance(hidden)
        point = torch.cat([mean + torch.exp(log_variance / 2) * noise, label], -1)
        logits = self.logits(self.decoder(point[:, None].expand(-1, self.n_steps, -1))[0])
        entropy = functional.cross_entropy(logits.transpose(1, 2), symbols, reduction="none").sum(1).mean()
        kl = -0.5 * (1 + log_variance - mean**2 - log_variance.exp()).sum(1).mean()
        targets = self.positions[labels]
        cosines = [-functional.cosine_similarity(targets[:, i], mean[:, i], dim=0) for i in (0, 1)]
        return entropy + sum(weight * term for weight, term in zip(self.weights, (kl, *cosines), strict=True))

    def step(self, symbols, labels):
        """Do one step of training and return the loss."""
        self.optimizer.zero_grad(set_to_none=True)
        loss = self.loss_of(symbols, labels, torch.randn(len(symbols), self.n_components))
        loss.backward()
        self.optimizer.step()
        return loss.detach()

    @staticmethod
    def _reordered(array):
        """Return an array (..., 3 units) with Keras' gates z, r, n in torch's order r, z, n."""
        z, r, n = array.chunk(3, dim=-1)
        return torch.cat([r, z, n], -1)
