"""Saved models: one safetensors file with the arrays, and the settings as JSON in its header; nothing executable.

Format version 2
----------------
The metadata of the safetensors header hold one entry, ``skemovae``. It is a JSON object of

- ``format_version`` (2), ``package_version`` (for messages) and ``sha256``, which is that of the rest of the object and
  of the name, type, shape and bytes of every array: it finds damage, not forgery;
- ``steps``, a list of ``[name, class, parameters]``. The last one is the model; alone and outside a pipeline it has the
  name null. Parameters that are left out have their defaults;
- ``architecture``, the network's registered name and its options, ``{"name": "gru", "options": {"units": 128}}``;
- ``sizes``, those of the network;
- ``classes``, ``n_iter`` and ``feature_names_in``, the model's attributes of these names, and ``history``, the number
  of values of every loss term.

The arrays are named like the attributes, ``weights/encoder/gru/kernel``, ... and ``history_loss``, ...; what the
architecture's table and the rest of the object ask for, no more and no less.

Format version 1
----------------
Of models with the paper's network alone: ``architecture`` holds the sizes and ``units``, which is also a parameter, and
the weights are ``weights_0``, ``weights_1``, ... in an order of their own. It is read forever and no longer written.
"""

import lazy_loader

# The header alone is read at once; loading and saving need scikit-learn and all that models are made of.
__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={"_header": ["ModelFileError", "read_header"], "_load": ["load_model"], "_save": ["save_model"]},
)
