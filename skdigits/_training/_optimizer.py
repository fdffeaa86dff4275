"""Adam with one fused operation per variable."""

from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf


class FusedAdam(keras.optimizers.Optimizer):
    """Adam [1]_ with Keras's defaults, one fused operation for each variable.

    Other options of Keras's optimizers, such as weight decay, have no effect.

    .. [1] Kingma and Ba (2015). Adam: a method for stochastic optimization. ICLR.
       arXiv:1412.6980; the formula before section 2.1.
    """

    def __init__(
        self,
        learning_rate: float = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        name: str = "fused_adam",
    ) -> None:
        super().__init__(learning_rate, name=name)
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon

    def build(self, variables: Sequence[keras.Variable]) -> None:
        """Create both moments of each variable."""
        if self.built:
            return
        super().build(variables)
        self._moments = {
            variable.path: tuple(
                self.add_variable_from_reference(variable, name=name)
                for name in ("momentum", "velocity")
            )
            for variable in variables
        }

    def apply(self, grads: Any, trainable_variables: Any = None) -> None:
        """Update the variables in place, with the arithmetic of `keras`'s Adam."""
        step = tf.cast(self.iterations.value + 1, tf.float32)
        beta1, beta2 = tf.constant(self.beta_1), tf.constant(self.beta_2)
        beta1_power, beta2_power = tf.pow(beta1, step), tf.pow(beta2, step)
        epsilon = tf.constant(self.epsilon)
        learning_rate = tf.cast(tf.convert_to_tensor(self.learning_rate), tf.float32)
        for gradient, variable in zip(grads, trainable_variables, strict=True):
            momentum, velocity = self._moments[variable.path]
            tf.raw_ops.ResourceApplyAdam(
                var=variable.value.handle,
                m=momentum.value.handle,
                v=velocity.value.handle,
                beta1_power=beta1_power,
                beta2_power=beta2_power,
                lr=learning_rate,
                beta1=beta1,
                beta2=beta2,
                epsilon=epsilon,
                grad=gradient,
            )
        self.iterations.assign_add(1)

    def get_config(self) -> dict[str, Any]:
        """Return what rebuilds the optimizer."""
        options = ("beta_1", "beta_2", "epsilon")
        return {
            "learning_rate": float(self.learning_rate),
            "name": self.name,
            **{name: getattr(self, name) for name in options},
        }


def state_variables(optimizer: keras.optimizers.Optimizer) -> list[keras.Variable]:
    """Return the number of steps and the moments, without the learning rate."""
    rate = optimizer.learning_rate
    return [variable for variable in optimizer.variables if variable is not rate]
