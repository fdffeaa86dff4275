"""Epochs and batch size that suit the number of training images."""

# Fewer gradient steps leave a network near its initial weights; more hardly help.
MIN_STEPS = 1000
# Smaller batches take as long as this one.
MIN_BATCH_SIZE = 16
# An epoch of few images still has about this many steps.
_STEPS_PER_EPOCH = 16


def auto_batch_size(n_images: int, largest: int) -> int:
    """Return a power of two, smaller than `largest` if there are few images."""
    power = 2 ** max(0, (n_images // _STEPS_PER_EPOCH).bit_length() - 1)
    return min(max(power, MIN_BATCH_SIZE), largest)


def auto_epochs(n_images: int, batch_size: int, fewest: int) -> int:
    """Return `fewest`, or more if there are few images."""
    steps_per_epoch = -(-n_images // batch_size)
    return max(fewest, -(-MIN_STEPS // steps_per_epoch))
