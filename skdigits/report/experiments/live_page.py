"""The networks of the report in a page that a browser computes."""

from functools import partial

from skdigits import page
from skdigits.page._models import LARGEST_SIZE
from skdigits.report._context import Context
from skdigits.report._experiment import Experiment, LinkedPage, Result
from skdigits.report.experiments._shared_networks import (
    LAB_NOISE,
    train_cnn,
    train_dense,
    train_generator,
    train_unet,
)


def run(context: Context) -> Result:
    """Write the page with networks of the other experiments."""
    height, width = context.X_train.shape[1:]
    if not height == width <= LARGEST_SIZE:
        return _result([], [f"Images of {height}x{width} pixels do not fit into it."])
    # For the curve of accuracy against noise.
    n_images = context.choose(small=500, large=500, quick=100)
    cnn = context.compute_once(train_cnn)
    denoisers = [context.compute_once(train_dense), context.compute_once(train_unet)]
    generator = context.compute_once(train_generator)
    context.start_step("writing a page with the networks")
    write = partial(
        page.write,
        classifier=cnn,
        denoiser=denoisers,
        generator=generator,
        X=context.X_test[:n_images],
        y=context.y_test[:n_images],
    )
    link = LinkedPage("page", "Open the page of these networks.", write)
    return _result(
        [link],
        [
            "The page is one file. It needs no network connection and no Python, and "
            "nothing that is drawn or opened in it leaves the browser.",
        ],
    )


def _result(pages: list[LinkedPage], conclusion: list[str]) -> Result:
    return Result(
        method=[
            "A page holds four networks of this report, and a browser computes them: "
            "our convolutional network, the lab's autoencoder trained with "
            f"{LAB_NOISE:.0%} noise, the U-Net, and the generator. Draw a digit or "
            "open a photo of one, add noise and see it removed, look at the outputs of "
            "the layers, and generate digits.",
        ],
        conclusion=conclusion,
        plots=[],
        tables=[],
        pages=pages,
    )


EXPERIMENT = Experiment(
    name="live-page",
    title="The networks in a browser",
    description="a page in which one draws, denoises and generates digits",
    question="What do the networks make of a digit that you draw?",
    run=run,
)
