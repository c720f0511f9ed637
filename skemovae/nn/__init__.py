"""The network and its training, in Keras; this subpackage knows arrays, but neither music nor scikit-learn."""
