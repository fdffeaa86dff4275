"""Diagram of a network, plotted by matplotlib."""

from typing import TYPE_CHECKING, Any

from skdigits.inspection import check_holds_network
from skdigits.plotting._axes import BLUE, GREEN, GREY, ORANGE, figure_and_axes
from skdigits.plotting._network_layout import (
    FONT_SIZE,
    GAP,
    LINE_HEIGHT,
    Arc,
    Box,
    Bracket,
    Layout,
)
from skdigits.plotting._network_stages import Kind, join_repeated, parse_stages
from skdigits.plotting._network_words import heading

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_COLOURS: dict[Kind, str] = {
    "input": "#999999",
    "convolution": BLUE,
    "dense": GREEN,
    "weightless": ORANGE,
}
# In longer networks, similar layers share a box.
_MOST_BOXES = 12


def plot_network(estimator: Any, *, ax: "Axes | None" = None) -> "Axes":
    """Plot the layers of a network as boxes that show the size of their outputs.

    A vector of n components is a bar with a height proportional to ``sqrt(n)``. Images
    or feature maps are a block with their height and width, and a thickness
    proportional to the square root of the number of channels. An image of 28x28 pixels
    is thus as high as the bar of a vector of 784 components. Convolutions are blue,
    dense layers green, layers without weights orange.

    Captions give names in words, shapes and numbers of parameters. Layers that have no
    kernel and keep the number of values, such as dropout or normalization, are listed
    in the caption of the preceding layer. In networks of more than twelve boxes,
    similar consecutive layers share one. Arcs are skip connections.

    Parameters
    ----------
    estimator : estimator or keras.Model
        A fitted network of this package, or a Keras model with a ``keras.Input``.
    ax : matplotlib.axes.Axes, default=None
        Axes to plot on; None creates a new figure that fits the network.

    Returns
    -------
    ax : matplotlib.axes.Axes
        Axes with the diagram.

    Raises
    ------
    TypeError
        If `estimator` is neither.
    ValueError
        If the graph of a Keras model is unknown: for a subclass of ``keras.Model``, or
        a ``keras.Sequential`` without input.

    See Also
    --------
    plot_feature_maps : Plots the outputs of the layers for one image.
    plot_filters : Plots the weights of one layer as images.

    Examples
    --------
    >>> from skdigits.networks import mlp
    >>> from skdigits.plotting import plot_network
    >>> ax = plot_network(mlp((28, 28), 10, hidden_layer_sizes=(64, 64)))
    >>> ax.get_title(loc="left")
    'mlp: 55,050 parameters'
    """
    name, model = _name_and_model(estimator)
    stages = parse_stages(model)
    layout = Layout(stages if len(stages) <= _MOST_BOXES else join_repeated(stages))
    height = layout.top - layout.bottom
    size = layout.width + GAP, height + 2.5 * LINE_HEIGHT
    is_new = ax is None
    _, ax = figure_and_axes(ax, size=size)
    ax.set(xlim=(0, layout.width), ylim=(layout.bottom, layout.top), aspect="equal")
    ax.set_axis_off()
    ax.set_title(
        f"{name}: {model.count_params():,} parameters",
        loc="left",
        fontsize=FONT_SIZE + 2,
    )
    font_size = FONT_SIZE * (1.0 if is_new else _font_scale(ax, layout.width))
    for source, target in layout.connections:
        _draw_connection(ax, source, target)
    for arc in layout.arcs:
        _draw_arc(ax, arc, layout.half_height + (arc.level + 0.7) * GAP)
    for box in layout.boxes:
        _draw_box(ax, box)
        _draw_caption(ax, box, layout.caption_top(box), font_size)
    for bracket in layout.brackets:
        height = layout.half_height + layout.arc_height + GAP / 2
        _draw_bracket(ax, bracket, height, font_size)
    return ax


def _name_and_model(estimator: Any) -> tuple[str, Any]:
    """Return the name for the title, and the Keras model."""
    if hasattr(estimator, "layers"):
        return estimator.name, estimator
    check_holds_network(estimator, "plot_network")
    return type(estimator).__name__, estimator.network_


def _font_scale(ax: "Axes", width: float) -> float:
    """Return the scale of the font on Axes narrower than the diagram."""
    ax.apply_aspect()
    inches = ax.get_window_extent().transformed(ax.figure.dpi_scale_trans.inverted())
    return min(1.0, inches.width / width)


def _draw_connection(ax: "Axes", source: Box, target: Box) -> None:
    """Draw a grey area between the fronts of two consecutive boxes."""
    ax.fill(
        [source.right, target.left, target.left, source.right],
        [source.top, target.top, target.bottom, source.bottom],
        color="0.92",
        linewidth=0,
        zorder=1,
    )


def _draw_box(ax: "Axes", box: Box) -> None:
    """Draw the front of a box and, of a block, the two visible sides."""
    from matplotlib.colors import to_rgb
    from matplotlib.patches import Polygon

    colour = _COLOURS[box.stage.kind]
    left, right, bottom, top, depth = (
        box.left,
        box.right,
        box.bottom,
        box.top,
        box.depth,
    )
    faces = [(0.0, [(left, bottom), (right, bottom), (right, top), (left, top)])]
    if depth:
        far_right, far_top = right + depth, top + depth
        faces += [
            (
                0.35,
                [
                    (left, top),
                    (right, top),
                    (far_right, far_top),
                    (left + depth, far_top),
                ],
            ),
            (
                -0.2,
                [
                    (right, bottom),
                    (far_right, bottom + depth),
                    (far_right, far_top),
                    (right, top),
                ],
            ),
        ]
    for light, corners in faces:
        ax.add_patch(
            Polygon(
                corners,
                facecolor=_lighter(to_rgb(colour), light),
                edgecolor="white",
                linewidth=0.6,
                joinstyle="round",
                zorder=2,
            )
        )


def _lighter(colour: tuple[float, float, float], by: float) -> list[float]:
    """Blend a colour with white, or with black if `by` is negative."""
    return [part + by * (1 - part) if by > 0 else part * (1 + by) for part in colour]


def _draw_caption(ax: "Axes", box: Box, top: float, font_size: float) -> None:
    """Draw the caption of a box, with a line to it if it is on a lower level."""
    if box.level:
        ax.plot(
            [box.x, box.x],
            [box.bottom - GAP / 4, top + GAP / 8],
            color="0.8",
            linewidth=0.8,
        )
    for index, line in enumerate(box.caption):
        ax.text(
            box.x,
            top - (index + 0.8) * LINE_HEIGHT,
            line,
            ha="center",
            fontsize=font_size,
            weight="bold" if index == 0 else "normal",
        )


def _draw_arc(ax: "Axes", arc: Arc, height: float) -> None:
    """Draw an arrow from one box over others to another box."""
    start, end = (
        box.left + (box.width + box.depth) / 2 for box in (arc.source, arc.target)
    )
    start_y, end_y = (-box.bottom for box in (arc.source, arc.target))
    ax.plot([start, start, end], [start_y, height, height], color=GREY, linewidth=1)
    ax.annotate(
        "",
        (end, end_y),
        (end, height),
        arrowprops={"arrowstyle": "-|>", "color": GREY, "shrinkA": 0, "shrinkB": 0},
    )


def _draw_bracket(
    ax: "Axes", bracket: Bracket, height: float, font_size: float
) -> None:
    left = bracket.boxes[0].left - GAP / 2
    last = bracket.boxes[-1]
    right = last.right + last.depth + GAP / 2
    tick = GAP / 3
    ax.plot(
        [left, left, right, right],
        [height - tick, height, height, height - tick],
        color=GREY,
        linewidth=1,
    )
    ax.text(
        (left + right) / 2,
        height + tick / 2,
        heading([bracket.name], is_input=False),
        ha="center",
        va="bottom",
        fontsize=font_size + 1,
    )
