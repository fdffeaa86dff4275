"""Networks as estimators; `skdigits` exports them."""
