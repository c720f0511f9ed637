"""Settings of small models: one that trains very briefly, and one that learns the tiny data."""

from skemovae.nn.architectures import ConvolutionalArchitecture, DenseArchitecture, GRUArchitecture

# The dense network, because building a graph of the GRU takes three times as long
TINY = {"architecture": DenseArchitecture(hidden_layer_sizes=(4,)), "max_iter": 1, "random_state": 0}
LEARNING = {
    "architecture": GRUArchitecture(units=8),
    "max_iter": 30,
    "batch_size": 8,
    "learning_rate": 0.01,
    "random_state": 0,
}
SMALL = {
    "gru": GRUArchitecture(units=4),
    "dense": DenseArchitecture(hidden_layer_sizes=(4,)),
    "convolutional": ConvolutionalArchitecture(filters=(2, 2)),
}
SIGNS = {"happy": (1, 1), "angry": (-1, 1), "sad": (-1, -1), "relaxed": (1, -1)}
