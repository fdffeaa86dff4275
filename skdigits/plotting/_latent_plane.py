"""The plane in which a latent space is looked at."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.decomposition import PCA

Codes = NDArray[np.floating]  # (n_samples, latent_size)
Points = NDArray[np.floating]  # (n_points, 2)


class LatentPlane:
    """Codes of two components as they are, of more by their first two principal ones.

    Fitted on codes of shape (n_samples, latent_size).
    """

    def __init__(self, codes: Codes, caller: str) -> None:
        latent_size = codes.shape[1]
        if latent_size < 2:
            raise ValueError(
                f"{caller}: the latent space has {latent_size} component, which makes "
                "no plane. Fit the autoencoder with latent_size=2 or more."
            )
        self._pca: Any = PCA(n_components=2).fit(codes) if latent_size > 2 else None

    @property
    def axis_labels(self) -> tuple[str, str]:
        """What the two coordinates are."""
        if self._pca is None:
            return "code, component 1", "code, component 2"
        first, second = self._pca.explained_variance_ratio_
        return (
            f"principal component 1 of the codes ({first:.0%} of the variance)",
            f"principal component 2 of the codes ({second:.0%} of the variance)",
        )

    def points(self, codes: Codes) -> Points:
        """Points of the plane for codes."""
        return codes if self._pca is None else self._pca.transform(codes)

    def codes(self, points: Points) -> Codes:
        """Codes for points of the plane."""
        return points if self._pca is None else self._pca.inverse_transform(points)
