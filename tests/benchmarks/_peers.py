"""The same networks in skdigits and in other libraries.

Each function of this module is called in a separate process and returns a function that
trains a network from scratch. The benchmark calls that function several times.
"""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

Fit = Callable[[NDArray[Any], NDArray[Any]], Any]

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")


def skdigits_mlp(hidden: tuple[int, ...], **settings: Any) -> Fit:
    from skdigits import MLPDigitClassifier

    return MLPDigitClassifier(hidden, alpha=0.0, **settings).fit


def skdigits_lab_cnn(**settings: Any) -> Fit:
    from skdigits import CNNDigitClassifier

    return CNNDigitClassifier(
        ((32, 64),),
        kernel_size=3,
        padding="valid",
        batch_norm=False,
        hidden_layer_sizes=64,
        augmentation=None,
        label_smoothing=0.0,
        **settings,
    ).fit


def onnx_mlp(**settings: Any) -> Fit:
    return _on_onnx_runtime(skdigits_mlp(**settings))


def onnx_lab_cnn(**settings: Any) -> Fit:
    return _on_onnx_runtime(skdigits_lab_cnn(**settings))


def _on_onnx_runtime(fit: Fit) -> Fit:
    import onnxruntime

    from skdigits.persistence import to_onnx

    def fit_and_convert(X: NDArray[Any], y: NDArray[Any]) -> Any:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "model.onnx")
            to_onnx(fit(X, y), path)
            session = onnxruntime.InferenceSession(path)

        def predict(X: NDArray[Any]) -> Any:
            return session.run(["label"], {"pixels": X})[0]

        return SimpleNamespace(predict=predict)

    return fit_and_convert


def numpy_mlp(**settings: Any) -> Fit:
    fit = skdigits_mlp(**settings)

    def fit_and_convert(X: NDArray[Any], y: NDArray[Any]) -> Any:
        mlp = fit(X, y)
        *hidden, kernel, bias = mlp.weights_
        layers = list(zip(hidden[::2], hidden[1::2], strict=True))

        def predict(X: NDArray[Any]) -> Any:
            for weights, offset in layers:
                X = np.maximum(X @ weights + offset, 0)
            return mlp.classes_[(X @ kernel + bias).argmax(axis=1)]

        return SimpleNamespace(predict=predict)

    return fit_and_convert


def lab_convolution(**_: Any) -> Fit:
    """Return a model with only the layer that dominates the time of the lab's CNN."""
    import tensorflow as tf

    convolve = tf.function(tf.nn.conv2d, autograph=False)
    maps = tf.random.uniform((128, 26, 26, 32))
    kernel = tf.random.normal((3, 3, 32, 64))

    def predict(X: NDArray[Any]) -> None:
        n_full, rest = divmod(len(X), len(maps))
        for part in [maps] * n_full + [maps[:rest]] * (rest > 0):
            convolve(part, kernel, 1, "VALID")

    return lambda X, y: SimpleNamespace(predict=predict)


def scikeras_mlp(hidden: tuple[int, ...], **settings: Any) -> Fit:
    return _scikeras(
        lambda shape, n_classes: _keras_mlp(shape, n_classes, hidden), **settings
    )


def scikeras_lab_cnn(**settings: Any) -> Fit:
    return _scikeras(keras_lab_cnn, **settings)


def _keras_mlp(shape: tuple[int, int], n_classes: int, hidden: tuple[int, ...]) -> Any:
    import keras

    return keras.Sequential(
        [
            keras.Input((shape[0] * shape[1],)),
            *(keras.layers.Dense(units, activation="relu") for units in hidden),
            # Keras's advice for reduced precision; float32 is the default.
            keras.layers.Dense(n_classes, activation="softmax", dtype="float32"),
        ]
    )


def keras_lab_cnn(shape: tuple[int, int], n_classes: int) -> Any:
    import keras

    return keras.Sequential(
        [
            keras.Input((shape[0] * shape[1],)),
            keras.layers.Reshape((*shape, 1)),
            keras.layers.Conv2D(32, 3, activation="relu"),
            keras.layers.Conv2D(64, 3, activation="relu"),
            keras.layers.MaxPooling2D(),
            keras.layers.Dropout(0.2),
            keras.layers.Flatten(),
            keras.layers.Dense(64, activation="relu"),
            # Keras's advice for reduced precision; float32 is the default.
            keras.layers.Dense(n_classes, activation="softmax", dtype="float32"),
        ]
    )


def _scikeras(
    network: Callable[[tuple[int, int], int], Any],
    batch_size: int,
    epochs: int,
    precision: str = "float32",
) -> Fit:
    import keras
    from scikeras.wrappers import KerasClassifier

    keras.config.set_dtype_policy(precision)

    def build(meta: dict[str, Any]) -> Any:
        side = round(meta["n_features_in_"] ** 0.5)
        return compiled(network((side, side), meta["n_classes_"]))

    return KerasClassifier(build, batch_size=batch_size, epochs=epochs, verbose=0).fit


def compiled(model: Any) -> Any:
    """Compile with Keras's defaults, but without XLA, which is slower here."""
    model.compile(
        "adam",
        "sparse_categorical_crossentropy",
        metrics=["accuracy"],
        jit_compile=False,
    )
    return model


def sklearn_mlp(hidden: tuple[int, ...], batch_size: int, epochs: int) -> Fit:
    import warnings

    from sklearn.exceptions import ConvergenceWarning
    from sklearn.neural_network import MLPClassifier

    warnings.simplefilter("ignore", ConvergenceWarning)
    return MLPClassifier(
        hidden,
        alpha=0.0,
        batch_size=batch_size,
        max_iter=epochs,
        n_iter_no_change=epochs,
    ).fit


def torch_mlp(
    hidden: tuple[int, ...],
    batch_size: int,
    epochs: int,
    *,
    fused: bool,
    bfloat16: bool = False,
) -> Fit:
    """Return a minimal training loop, which gathers batches from one tensor."""
    import torch

    def fit(X: NDArray[Any], y: NDArray[Any]) -> None:
        network = _torch_mlp(X.shape[1], hidden)
        optimizer = torch.optim.Adam(network.parameters(), fused=fused)
        loss_function = torch.nn.CrossEntropyLoss()
        images, labels = torch.from_numpy(X), torch.from_numpy(y)
        for _ in range(epochs):
            loss_sum, n_correct = 0.0, 0
            for indices in torch.randperm(len(X)).split(batch_size):
                targets = labels[indices]
                optimizer.zero_grad()
                with torch.autocast("cpu", torch.bfloat16, enabled=bfloat16):
                    output = network(images[indices])
                    loss = loss_function(output, targets)
                loss.backward()
                optimizer.step()
                # The other libraries compute loss and accuracy too.
                loss_sum += loss.detach() * len(indices)
                n_correct += (output.detach().argmax(1) == targets).sum()

    return fit


def skorch_mlp(hidden: tuple[int, ...], batch_size: int, epochs: int) -> Fit:
    import torch
    from skorch import NeuralNetClassifier

    def fit(X: NDArray[Any], y: NDArray[Any]) -> None:
        NeuralNetClassifier(
            _torch_mlp(X.shape[1], hidden),
            criterion=torch.nn.CrossEntropyLoss,
            optimizer=torch.optim.Adam,
            optimizer__fused=True,
            batch_size=batch_size,
            max_epochs=epochs,
            iterator_train__shuffle=True,
            train_split=None,
            verbose=0,
        ).fit(X, y)

    return fit


def _torch_mlp(n_features: int, hidden: tuple[int, ...]) -> Any:
    import torch

    sizes = [n_features, *hidden]
    layers: list[Any] = []
    for inputs, outputs in zip(sizes[:-1], sizes[1:], strict=True):
        layers += [torch.nn.Linear(inputs, outputs), torch.nn.ReLU()]
    return torch.nn.Sequential(*layers, torch.nn.Linear(sizes[-1], 10))


def torch_cnn(
    conv_blocks: tuple[tuple[int, ...], ...],
    kernel_size: int,
    padding: str,
    hidden_layer_sizes: int,
    **_: Any,
) -> Any:
    """Return the layers of `CNNDigitClassifier` with one convolution per block."""
    import torch

    layers: list[Any] = [torch.nn.Unflatten(1, (1, 28, 28))]
    channels = 1
    for (filters,) in conv_blocks:
        layers += [
            torch.nn.Conv2d(
                channels, filters, kernel_size, padding=padding, bias=False
            ),
            torch.nn.MaxPool2d(2, ceil_mode=padding == "same"),
            torch.nn.BatchNorm2d(filters),
            torch.nn.ReLU(),
        ]
        channels = filters
    network = torch.nn.Sequential(
        *layers,
        torch.nn.Flatten(),
        torch.nn.LazyLinear(hidden_layer_sizes),
        torch.nn.ReLU(),
        torch.nn.Linear(hidden_layer_sizes, 10),
    )
    network.eval()(torch.zeros(1, 28 * 28))  # determines the size of the lazy layer
    return network


def train_torch_cnn(
    network: Any,
    X: NDArray[Any],
    y: NDArray[Any],
    epochs: int,
    learning_rate: float,
    batch_size: int = 64,
    **_: Any,
) -> None:
    """Train as `CNNDigitClassifier` does without augmentation."""
    import torch

    optimizer = torch.optim.Adam(network.parameters(), learning_rate, fused=True)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer,
        learning_rate,
        epochs * -(-len(X) // batch_size),
        cycle_momentum=False,
    )
    loss_function = torch.nn.CrossEntropyLoss(label_smoothing=0.1)
    images, labels = torch.from_numpy(X), torch.from_numpy(y)
    network.train()
    for _epoch in range(epochs):
        for indices in torch.randperm(len(X)).split(batch_size):
            optimizer.zero_grad()
            loss_function(network(images[indices]), labels[indices]).backward()
            optimizer.step()
            schedule.step()


def mnist(subset: str = "train") -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    from skdigits.datasets import fetch_mnist

    return fetch_mnist(subset=subset, return_X_y=True)
