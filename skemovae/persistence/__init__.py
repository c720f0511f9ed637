"""Saved models: a safetensors file of arrays with the settings as JSON in its header, and nothing executable.

Format version 2
----------------
The metadata of the safetensors header has one entry, ``skemovae``. It is a JSON object with the entries

- ``format_version`` (2), ``package_version`` (for messages) and ``sha256``, computed from the rest of the object and
  from the name, type, shape and bytes of each array: it detects damage, not forgery;
- ``steps``, a list of ``[name, class, parameters]``. The last step is the model; a model outside a pipeline has the
  name null. Parameters that are left out have their defaults;
- ``architecture``, the network's registered name and its options, ``{"name": "gru", "options": {"units": 128}}``;
- ``sizes``, the sizes of the network;
- ``classes``, ``n_iter`` and ``feature_names_in``, the model's attributes of these names, and ``history``, the number
  of values of each loss term.

The arrays are named like the attributes, ``weights/encoder/gru/kernel``, ... and ``history_loss``, ... They must be
exactly those that the architecture's table and the rest of the object require.

Format version 1
----------------
Only for models with the paper's network: ``architecture`` has the sizes and ``units``, which is also a parameter, and
the weights are ``weights_0``, ``weights_1``, ... in a fixed order. It can still be read but is no longer written.
"""

import lazy_loader

# Reading only a header should be quick; loading and saving need scikit-learn and everything that models consist of.
__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={"_header": ["ModelFileError", "read_header"], "_load": ["load_model"], "_save": ["save_model"]},
)
