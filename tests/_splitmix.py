"""SplitMix64 in Python's integers, after Vigna's reference code, splitmix64.c."""

BITS = 2**64 - 1
GAMMA = 0x9E3779B97F4A7C15  # between two states


def split_mix_64(state):
    """Return the output for a state."""
    z = state & BITS
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & BITS
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & BITS
    return z ^ (z >> 31)
