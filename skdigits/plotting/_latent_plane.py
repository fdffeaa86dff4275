"""Projection of a latent space to a plane."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.decomposition import PCA

Latent = NDArray[np.floating]  # (n_samples, latent_size)
Points = NDArray[np.floating]  # (n_points, 2)


class LatentPlane:
    """Plane of the two latent components, or of the first two principal components."""

    def __init__(self, latent: Latent, caller: str) -> None:
        latent_size = latent.shape[1]
        if latent_size < 2:
            raise ValueError(
                f"{caller}: the latent space must have 2 components or more, got "
                f"{latent_size} component. Fit the autoencoder with latent_size=2 or "
                "more."
            )
        self._pca: Any = PCA(n_components=2).fit(latent) if latent_size > 2 else None

    @property
    def axis_labels(self) -> tuple[str, str]:
        """Labels of the two axes."""
        if self._pca is None:
            return "latent component 1", "latent component 2"
        first, second = self._pca.explained_variance_ratio_
        return (
            f"principal component 1 of the latent space ({first:.0%} of variance)",
            f"principal component 2 of the latent space ({second:.0%} of variance)",
        )

    def project(self, latent: Latent) -> Points:
        """Project latent vectors to the plane."""
        return latent if self._pca is None else self._pca.transform(latent)

    def unproject(self, points: Points) -> Latent:
        """Return the latent vectors of points of the plane."""
        return points if self._pca is None else self._pca.inverse_transform(points)
