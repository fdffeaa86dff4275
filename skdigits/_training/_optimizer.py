"""Adam with one fused operation per variable."""

from typing import Any

import keras
import tensorflow as tf


class FusedAdam(keras.optimizers.Adam):
    """Keras's Adam with each variable updated by one fused operation.

    Of Keras's options only the learning rate, the betas and epsilon are heeded.
    """

    def apply(self, grads: Any, trainable_variables: Any = None) -> None:
        """Update the variables in place, with the arithmetic of the parent class."""
        step = tf.cast(self.iterations.value + 1, tf.float32)
        beta1_power, beta2_power = tf.pow(self.beta_1, step), tf.pow(self.beta_2, step)
        learning_rate = tf.convert_to_tensor(self.learning_rate)
        for gradient, variable in zip(grads, trainable_variables, strict=True):
            index = self._get_variable_index(variable)
            tf.raw_ops.ResourceApplyAdam(
                var=variable.value.handle,
                m=self._momentums[index].value.handle,
                v=self._velocities[index].value.handle,
                beta1_power=beta1_power,
                beta2_power=beta2_power,
                lr=learning_rate,
                beta1=self.beta_1,
                beta2=self.beta_2,
                epsilon=self.epsilon,
                grad=gradient,
            )
        self.iterations.assign_add(1)


def state_variables(optimizer: keras.optimizers.Optimizer) -> list[keras.Variable]:
    """Return number of steps and moments, all that is known of the steps before."""
    rate = optimizer.learning_rate
    return [variable for variable in optimizer.variables if variable is not rate]
