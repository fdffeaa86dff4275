"""Export of fitted estimators and pipelines to ONNX."""

import json
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from sklearn.frozen import FrozenEstimator
from sklearn.pipeline import Pipeline
from sklearn.utils.validation import check_is_fitted

from skdigits._base import KerasEstimator
from skdigits.corruptions._base import Corruption
from skdigits.exceptions import ModelFileError
from skdigits.persistence._onnx_ops import Graph, Ops, Tensor

if TYPE_CHECKING:
    import onnx

# The oldest versions with all operators used here, for old runtimes.
_OPSET = 17
_IR_VERSION = 8


def build_onnx_model(model: Any) -> "onnx.ModelProto":
    """Build the ONNX model of a fitted estimator or pipeline."""
    from onnx import checker, helper

    import skdigits

    stages = _stages(model)
    graph = Graph()
    x = Tensor(graph, "pixels")
    for stage in stages:
        network = stage._trained_network()
        x = network.architecture.layers().bind(Ops(graph), iter(network.weights))(x)
    last, metadata = stages[-1], {"image_shape": list(stages[0].image_shape_)}
    if hasattr(last, "classes_"):
        outputs = _classifier_outputs(graph, x, last.classes_)
        metadata["classes"] = last.classes_.tolist()
    else:
        graph.add("Identity", x.name, output="pictures")
        outputs = [_tensor("pictures", ["n", last.n_features_in_])]
    pixels = _tensor("pixels", ["n", stages[0].n_features_in_])
    onnx_model = helper.make_model(
        helper.make_graph(graph.nodes, "skdigits", [pixels], outputs, graph.constants),
        opset_imports=[helper.make_opsetid("", _OPSET)],
        ir_version=_IR_VERSION,
        producer_name="skdigits",
        producer_version=skdigits.__version__,
    )
    helper.set_model_props(
        onnx_model,
        {name: json.dumps(value, default=str) for name, value in metadata.items()},
    )
    checker.check_model(onnx_model, full_check=True)
    return onnx_model


def _stages(model: Any) -> list[KerasEstimator]:
    """Return the networks in the order in which they are applied."""
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
    if isinstance(model, Corruption):
        raise ModelFileError(
            f"{type(model).__name__} simulates a noisy channel, which the inputs of an "
            "ONNX model have already passed. Remove it: to_onnx(pipeline[1:], path) if "
            "it is the first step."
        )
    raise ModelFileError(
        f"{type(model).__name__} cannot be exported to ONNX. Pass a network of "
        "skdigits, a search over one, or a pipeline of them."
    )


def _tensor(name: str, shape: list[Any], kind: int = 1) -> "onnx.ValueInfoProto":
    from onnx import helper

    return helper.make_tensor_value_info(name, kind, shape)


def _classifier_outputs(graph: Graph, x: Tensor, classes: NDArray[Any]) -> list[Any]:
    """Add the outputs of a classifier: probabilities and the most probable label."""
    from onnx import TensorProto

    graph.add("Identity", x.name, output="probabilities")
    best = graph.add("ArgMax", x.name, axis=1, keepdims=0)
    if classes.dtype.kind in "iu":
        kind, labels = TensorProto.INT64, classes.astype(np.int64)
    else:
        kind, labels = TensorProto.STRING, np.array(list(map(str, classes)), object)
    graph.add("Gather", graph.constant(labels), best, axis=0, output="label")
    return [
        _tensor("probabilities", ["n", len(classes)]),
        _tensor("label", ["n"], kind),
    ]
