"""The training loop: many steps over in-memory arrays in one call of a compiled graph.

A plain ``keras.Model.fit`` returns to Python after every batch; for small networks that
costs more than the arithmetic. Here one call of a compiled function runs an epoch, or
the steps of a quarter of a second: a ``while`` loop gathers the shuffled samples of
each batch, takes a gradient step and sums loss and metrics. The next call resumes with
these sums. Any number of samples uses the same graph. The size of a batch is an
argument of it or, for long fits, a constant: then full batches have a static shape, and
the incomplete last one has its own branch.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from skdigits._images import to_unit_range
from skdigits._training._keras_loop import BatchReport, RateSchedule, ShuffledBatches
from skdigits._training._loop import CompiledLoop, Report, Sums
from skdigits._training._optimizer import state_variables
from skdigits._training._schedules import constant
from skdigits._training._tensors import (
    Arrays,
    Tensors,
    all_layers,
    any_length,
    as_tensors,
    scaled,
)
from skdigits.networks._keras_layers import SharedL2

# Samples per step of an evaluation.
_EVALUATION_BATCH = 1000

# Methods that a callback may override and still run with the compiled epoch.
_EPOCH_HOOKS = {"on_epoch_begin", "on_epoch_end", "on_train_begin", "on_train_end"}

# Weights of the layers that `skdigits.networks` uses.
_WEIGHT_NAMES = ("kernel", "bias", "gamma", "beta", "moving_mean", "moving_variance")

Metric = Callable[[tf.Tensor, tf.Tensor], tf.Tensor]
Schedule = Callable[[int], NDArray[np.float32]]


class EpochModel(keras.Model):
    """A functional Keras model whose `fit` runs the steps of epochs inside one graph.

    It is compiled, evaluated and used like any Keras model. `fit` takes NumPy arrays;
    images may be ``uint8``, which the graph scales to [0, 1].
    """

    shuffle_seed = 0
    # Number of graphs traced for training; more than one wastes time.
    n_traces = 0

    def compile(
        self,
        optimizer: Any,
        loss: Any,
        metrics: Mapping[str, Metric] | None = None,
        *,
        penalty: SharedL2 | None = None,
    ) -> None:
        """Compile with objects, not names: the compiled epoch calls them directly.

        `metrics` are functions of true and predicted values, such as
        `keras.metrics.sparse_categorical_accuracy`, which give a value per sample,
        under the names by which Keras knows them.
        `penalty` is the regularizer that the network's hidden kernels were built with.
        """
        self.loss_object = loss
        self.metric_functions = dict(metrics or {})
        # XLA makes networks of this size slower on a CPU. The loss needs scaling for
        # float16 only, whatever the process's dtype policy is.
        super().compile(
            optimizer,
            loss,
            metrics=list(self.metric_functions),
            jit_compile=False,
            auto_scale_loss=False,
        )
        self.optimizer.build(self.trainable_variables)
        self.penalty = penalty
        # Buffers for the gradients of penalized weights, by position.
        self._held_gradients = {}
        for index, variable in enumerate(self.trainable_variables):
            if variable.regularizer is not None:
                self._held_gradients[index] = tf.Variable(tf.zeros(variable.shape))
        n_sums = 1 + len(self.metric_functions)
        self._training_loop = CompiledLoop(self._train_steps, n_sums)
        self._evaluation_loop = CompiledLoop(self._evaluation_steps, n_sums)

    def fit(
        self,
        x: NDArray[Any],
        y: NDArray[Any],
        *,
        batch_size: int,
        epochs: int,
        targets: NDArray[Any] | None = None,
        static_batches: bool = True,
        sample_weight: NDArray[Any] | None = None,
        indices: NDArray[np.intp] | None = None,
        epoch_images: Iterator[NDArray[Any]] | None = None,
        validation_data: Arrays | None = None,
        schedule: Schedule = constant,
        callbacks: Sequence[keras.callbacks.Callback] = (),
        report: Report = lambda _: None,
        **ignored: Any,
    ) -> keras.callbacks.History:
        """Train, with the samples in a new order in each epoch.

        An epoch consists of the samples `indices` (repetitions allowed), by default of
        each sample once. `targets` replace `y`. `epoch_images` yields an epoch's images
        in place of `x`. `schedule` maps the number of all steps to the fraction of the
        learning rate that each one uses. `report` is called several times a second.
        Without `static_batches` the graph holds the step once, for batches of any size,
        and is made in half the time; some networks take longer steps then. If a
        callback has methods for batches, Keras's own loop runs instead, over the same
        batches. Other arguments of Keras's `fit` have no effect.
        """
        indices = np.arange(len(x)) if indices is None else indices
        orders = self._orders(indices)
        rates = schedule(epochs * -(-len(indices) // batch_size)).reshape(epochs, -1)
        y = y if targets is None else targets
        data = (x, y) if sample_weight is None else (x, y, sample_weight)
        if any(_has_batch_hooks(callback) for callback in callbacks):
            batches = ShuffledBatches(data, batch_size, indices, orders, epoch_images)
            if validation_data is not None:
                validation_data = tuple(map(to_unit_range, validation_data))
            return super().fit(
                batches,
                epochs=epochs,
                validation_data=validation_data,
                callbacks=[*callbacks, RateSchedule(rates), BatchReport(report)],
                shuffle=False,  # the batches are already shuffled
                verbose=0,
            )
        return self._fit_in_graph(
            as_tensors(data),
            epoch_images,
            batch_size if static_batches else tf.constant(batch_size),
            epochs,
            None if validation_data is None else as_tensors(validation_data),
            callbacks,
            orders,
            rates,
            report,
        )

    def compute_loss(
        self,
        x: Any = None,
        y: Any = None,
        y_pred: Any = None,
        sample_weight: Any = None,
        training: bool = True,
    ) -> tf.Tensor:
        """Mean loss of a batch for Keras's own loop, which would use its floatx."""
        return tf.add_n([self.loss_object(y, y_pred, sample_weight), *self.losses])

    def save(self, filepath: Any, *args: Any, **kwargs: Any) -> None:
        """Save the network alone, without its training, which Keras could not load."""
        network = keras.Model(self.inputs, self.outputs, name=self.name)
        network.save(filepath, *args, **kwargs)

    def _orders(self, indices: NDArray[np.intp]) -> Iterator[NDArray[np.int32]]:
        rng = np.random.default_rng(self.shuffle_seed)
        while True:
            yield rng.permutation(indices).astype(np.int32)

    def reset(self, draw_seed: Callable[[], int]) -> None:
        """Initialize weights and optimizer, and seed order and noise."""
        self.shuffle_seed = draw_seed()
        for layer in all_layers(self):
            for name in _WEIGHT_NAMES:
                variable = getattr(layer, name, None)
                if variable is not None:
                    initializer = getattr(layer, f"{name}_initializer")
                    variable.assign(_initialize(initializer, variable.shape, draw_seed))
            if hasattr(layer, "seed_generator"):
                layer.seed_generator.state.assign([draw_seed(), 0])
        for variable in state_variables(self.optimizer):
            variable.assign(tf.zeros_like(variable.value))

    def optimizer_state(self) -> list[NDArray[Any]]:
        """Return the number of steps and the moments, without the learning rate."""
        return [variable.numpy() for variable in state_variables(self.optimizer)]

    def set_optimizer_state(self, state: Sequence[NDArray[Any]]) -> None:
        """Restore what `optimizer_state` returned."""
        variables = state_variables(self.optimizer)
        for variable, value in zip(variables, state, strict=True):
            variable.assign(value)

    def _fit_in_graph(
        self,
        data: Tensors,
        epoch_images: Iterator[NDArray[Any]] | None,
        batch_size: int | tf.Tensor,
        epochs: int,
        validation_data: Tensors | None,
        callbacks: Sequence[keras.callbacks.Callback],
        orders: Iterator[NDArray[np.int32]],
        rates: NDArray[np.float32],
        report: Report,
    ) -> keras.callbacks.History:
        history = keras.callbacks.History()
        hooks = keras.callbacks.CallbackList(
            [history, *callbacks], model=self, epochs=epochs, verbose=0
        )
        train = self._training_loop.trace(
            *(any_length(data), tf.TensorSpec([None], tf.int32)),
            tf.TensorSpec([None], tf.float32),
            batch_size if isinstance(batch_size, int) else tf.TensorSpec([], tf.int32),
        )
        if callbacks:
            self._build_metrics(data[1][:1])
        self.stop_training = False
        logs: dict[str, float] = {}
        hooks.on_train_begin()
        for epoch in range(epochs):
            hooks.on_epoch_begin(epoch)
            if epoch_images is not None:
                data = (*as_tensors((next(epoch_images),)), *data[1:])
            order, shares = tf.constant(next(orders)), tf.constant(rates[epoch])
            arguments = (data, order, shares, batch_size)
            logs = self._logs(train(len(shares), *arguments, report=report), len(order))
            if validation_data is not None:
                logs |= self._evaluate(validation_data)
            hooks.on_epoch_end(epoch, logs)
            if self.stop_training:
                break
        hooks.on_train_end(logs)
        return history

    def _build_metrics(self, y: tf.Tensor) -> None:
        """Let callbacks find the metrics, and whether more is better, as in Keras."""
        self.compute_metrics(None, y, tf.zeros((1, *self.output_shape[1:])))
        self.reset_metrics()

    def _train_steps(
        self,
        data: Tensors,
        order: tf.Tensor,
        shares: tf.Tensor,
        batch_size: int | tf.Tensor,
        first: tf.Tensor,
        stop: tf.Tensor,
        sums: Sums,
    ) -> Sums:
        """Run the steps from `first` to before `stop`; add to the sums of an epoch."""
        self.n_traces += 1
        learning_rate = self.optimizer.learning_rate
        # Keras keeps it in its process-wide floatx.
        full_rate = tf.cast(tf.identity(learning_rate.value), tf.float32)
        is_static, n_samples = isinstance(batch_size, int), tf.size(order)

        def step(batch: tf.Tensor, share: tf.Tensor, sums: Sums) -> Sums:
            learning_rate.assign(full_rate * share)
            terms = self._gradient_step(scaled(tf.gather(part, batch)) for part in data)
            return _add(sums, [terms[0] * _float_size(batch), *terms[1:]])

        def next_step(index: tf.Tensor, sums: Sums) -> Any:
            size = batch_size
            if not is_static:
                size = tf.minimum(size, n_samples - index * batch_size)
            batch = tf.slice(order, [index * batch_size], [size])
            return index + 1, step(batch, shares[index], sums)

        n_full = n_samples // batch_size
        loop_stop = tf.minimum(stop, n_full) if is_static else stop
        _, sums = tf.while_loop(
            lambda index, _: index < loop_stop, next_step, (first, sums)
        )
        if is_static:
            rest = order[n_full * batch_size :]
            sums = tf.cond(
                stop > n_full, lambda: step(rest, shares[-1], sums), lambda: sums
            )
        learning_rate.assign(full_rate)
        return sums

    def _gradient_step(self, batch: Iterable[tf.Tensor]) -> list[tf.Tensor]:
        """Update the weights; return the mean loss of a batch and sums of metrics."""
        x, *targets = batch
        with tf.GradientTape() as tape:
            loss, *metric_sums = self._forward(x, *targets, training=True)
            # Losses that layers add are already recorded; the penalty's gradient is
            # known in closed form and added below.
            with tape.stop_recording():
                penalties = self.losses
            loss = tf.add_n([loss, *penalties])
        variables = self.trainable_variables
        gradients = tape.gradient(loss, [variable.value for variable in variables])
        self._add_penalty(gradients)
        # The penalty reads the weights; without this order TensorFlow would copy the
        # weights before it updates them.
        with tf.control_dependencies([loss]):
            self.optimizer.apply(gradients, variables)
        return [loss, *metric_sums]

    def _add_penalty(self, gradients: list[tf.Tensor]) -> None:
        """Add the L2 penalty's gradient, without allocating tensors of its size."""
        if self.penalty is None:
            return
        factor = -2 * self.penalty.alpha.value
        for index, held in self._held_gradients.items():
            held.assign(gradients[index])
            tf.raw_ops.ResourceApplyGradientDescent(
                var=held.handle,
                alpha=factor,
                delta=self.trainable_variables[index].value,
            )
            gradients[index] = held.read_value()

    def _evaluate(self, data: Tensors) -> dict[str, float]:
        n_samples = len(data[0])
        evaluate = self._evaluation_loop.trace(any_length(data))
        sums = evaluate(-(-n_samples // _EVALUATION_BATCH), data)
        return self._logs(sums, n_samples, prefix="val_")

    def _evaluation_steps(
        self, data: Tensors, first: tf.Tensor, stop: tf.Tensor, sums: Sums
    ) -> Sums:
        """Run the steps from `first` to before `stop`; add to the sums of all steps."""
        n_samples = tf.shape(data[0])[0]

        def step(index: tf.Tensor, sums: Sums) -> Any:
            start = index * _EVALUATION_BATCH
            end = tf.minimum(start + _EVALUATION_BATCH, n_samples)
            x, *targets = (scaled(part[start:end]) for part in data)
            loss, *metric_sums = self._forward(x, *targets, training=False)
            loss = tf.add_n([loss, *self.losses])
            loss_sum = loss * tf.cast(end - start, tf.float32)
            return index + 1, _add(sums, [loss_sum, *metric_sums])

        _, sums = tf.while_loop(lambda index, _: index < stop, step, (first, sums))
        return sums

    def _forward(
        self,
        x: tf.Tensor,
        y: tf.Tensor,
        sample_weight: tf.Tensor | None = None,
        *,
        training: bool,
    ) -> list[tf.Tensor]:
        """Mean loss of a batch, without penalties, and sums of its metrics."""
        output = self(x, training=training)
        # Calling the loss object would do the same in more operations.
        losses = self.loss_object.call(y, output)
        if sample_weight is not None:
            losses *= sample_weight
        return [
            # The gradient of a mean takes three times the operations.
            tf.reduce_sum(losses) / _float_size(losses),
            *(tf.reduce_sum(of(y, output)) for of in self.metric_functions.values()),
        ]

    def _logs(self, sums: Sums, n_samples: int, prefix: str = "") -> dict[str, float]:
        names = ["loss", *self.metric_functions]
        # In float32, like the sums.
        means = [float(total.numpy() / np.float32(n_samples)) for total in sums]
        return {prefix + name: value for name, value in zip(names, means, strict=True)}


def _initialize(initializer: Any, shape: Any, draw_seed: Callable[[], int]) -> Any:
    config = initializer.get_config()
    if "seed" in config:
        initializer = type(initializer).from_config({**config, "seed": draw_seed()})
    return initializer(shape, dtype="float32")


def _has_batch_hooks(callback: keras.callbacks.Callback) -> bool:
    base = keras.callbacks.Callback
    hooks = {name for name in dir(base) if name.startswith("on_")} - _EPOCH_HOOKS
    return any(
        getattr(type(callback), name) is not getattr(base, name)
        or name in vars(callback)
        for name in hooks
    )


def _add(sums: Sums, terms: Sums) -> Sums:
    return [total + term for total, term in zip(sums, terms, strict=True)]


def _float_size(x: tf.Tensor) -> tf.Tensor:
    return tf.cast(tf.size(x), tf.float32)
