"""Limits of what a file from somebody else may ask for; docs/persistence.rst has them.

Models that people train stay far below. Whatever these limits allow to be allocated is
a small multiple of the file, or fits into the memory of any computer.
"""

# Bytes of a file, and of its header: the names of its arrays and the description.
FILE_SIZE = 2**31
HEADER_SIZE = 2**22
# Values in the description, and levels of lists and objects inside each other.
N_VALUES = 2**18
DEPTH = 40
# Characters of an array of strings, each padded to the length of the longest.
N_CHARACTERS = 2**22

# Pixels of an image, and the side of a square one.
N_PIXELS = 2**18
SIDE = 2**9
# Layers of a network, and weights of one that a later fit would create.
N_LAYERS = 2**10
N_WEIGHTS = 2**25
# Values that a layer returns for one image.
N_OUTPUTS = 2**25

# Integers among the parameters, unless the name of the parameter is listed.
PARAMETER = 2**20
_UNITS = 2**13
PARAMETERS = {
    "box_size": SIDE,
    "conv_blocks": _UNITS,
    "filters": _UNITS,
    "hidden_layer_sizes": _UNITS,
    "latent_size": _UNITS,
    "n_estimators": 2**10,
    "n_init": 2**10,
    "n_repeats": 2**10,
    "n_splits": 2**10,
    "random_state": 2**32 - 1,
    "size": SIDE,
}
# Values that a grid lists.
N_CANDIDATES = 2**10
