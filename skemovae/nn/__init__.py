"""The network and its training, in Keras; this room knows arrays and nothing of music or scikit-learn."""
