"""The network and its training, in Keras; this room knows arrays, but neither music nor scikit-learn."""
