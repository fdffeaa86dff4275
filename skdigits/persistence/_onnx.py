"""ONNX models from fitted estimators and their pipelines."""

import json
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from sklearn.frozen import FrozenEstimator
from sklearn.pipeline import Pipeline
from sklearn.utils.validation import check_is_fitted

from skdigits._base import KerasEstimator
from skdigits._noise import SaltPepperNoise
from skdigits.exceptions import ModelFileError
from skdigits.persistence._onnx_graph import Graph, Value
from skdigits.persistence._onnx_layers import translated

if TYPE_CHECKING:
    import onnx

# Old enough for runtimes in the field, new enough for all that is used here.
_OPSET = 17
_IR_VERSION = 8


def onnx_model(model: Any) -> "onnx.ModelProto":
    """Translate a fitted estimator or pipeline."""
    from onnx import checker, helper

    import skdigits

    stages = _stages(model)
    graph = Graph()
    value = Value("pixels")
    for stage in stages:
        value = translated(graph, stage.network_, [value])
    last, metadata = stages[-1], {"image_shape": list(stages[0].image_shape_)}
    if hasattr(last, "classes_"):
        outputs = _classified(graph, value, last.classes_)
        metadata["classes"] = last.classes_.tolist()
    else:
        graph.add("Identity", value.name, to="pictures")
        outputs = [_tensor("pictures", ["n", last.n_features_in_])]
    pixels = _tensor("pixels", ["n", stages[0].n_features_in_])
    made = helper.make_model(
        helper.make_graph(graph.nodes, "skdigits", [pixels], outputs, graph.constants),
        opset_imports=[helper.make_opsetid("", _OPSET)],
        ir_version=_IR_VERSION,
        producer_name="skdigits",
        producer_version=skdigits.__version__,
    )
    helper.set_model_props(
        made, {name: json.dumps(value, default=str) for name, value in metadata.items()}
    )
    checker.check_model(made, full_check=True)
    return made


def _stages(model: Any) -> list[KerasEstimator]:
    """Networks in the order in which pictures pass through them."""
    if hasattr(model, "best_estimator_"):
        return _stages(model.best_estimator_)
    if isinstance(model, FrozenEstimator):
        return _stages(model.estimator)
    if isinstance(model, Pipeline):
        steps = [step for _, step in model.steps if step not in (None, "passthrough")]
        return [stage for step in steps for stage in _stages(step)]
    if isinstance(model, KerasEstimator):
        check_is_fitted(model)
        return [model]
    if isinstance(model, SaltPepperNoise):
        raise ModelFileError(
            "SaltPepperNoise stands for a bad channel, which the pictures that an ONNX "
            "model reads have passed already. Leave it out: to_onnx(pipeline[1:], path)"
            " if it is the first step."
        )
    raise ModelFileError(
        f"{type(model).__name__} has no ONNX form here. Networks of skdigits, searches "
        "for one and pipelines of them have."
    )


def _tensor(name: str, shape: list[Any], kind: int = 1) -> "onnx.ValueInfoProto":
    from onnx import helper

    return helper.make_tensor_value_info(name, kind, shape)


def _classified(graph: Graph, value: Value, classes: NDArray[Any]) -> list[Any]:
    """Add the outputs of a classifier: probabilities, and the most probable label."""
    from onnx import TensorProto

    graph.add("Identity", value.name, to="probabilities")
    best = graph.add("ArgMax", value.name, axis=1, keepdims=0)
    if classes.dtype.kind in "iu":
        kind, labels = TensorProto.INT64, classes.astype(np.int64)
    else:
        kind, labels = TensorProto.STRING, np.array(list(map(str, classes)), object)
    graph.add("Gather", graph.constant(labels), best, axis=0, to="label")
    return [
        _tensor("probabilities", ["n", len(classes)]),
        _tensor("label", ["n"], kind),
    ]
