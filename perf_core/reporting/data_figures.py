"""Figures about the data itself."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

_ROW = 22


def values_by_day(days: pd.DataFrame) -> Any:
    """A grid of days and measures: how many people had a value, as a share of the best day.

    Parameters
    ----------
    days : DataFrame
        Counts, indexed by day (datetime64), one column per measure under its name.
    """
    counts = days.to_numpy(dtype=np.float64)
    most = np.maximum(counts.max(axis=0, initial=0.0), 1.0)
    share = np.where(counts > 0, 0.25 + 0.75 * counts / most, 0.0)
    figure = go.Figure(
        go.Heatmap(
            x=days.index,
            y=list(days.columns),
            z=share.T,
            customdata=counts.T,
            zmin=0.0,
            zmax=1.0,
            colorscale=[[0.0, "rgba(74,113,224,0)"], [1.0, "rgba(74,113,224,1)"]],
            showscale=False,
            xgap=2,
            ygap=2,
            hovertemplate="%{y} · %{x|%Y-%m-%d}: %{customdata:,.0f}<extra></extra>",
        )
    )
    figure.update_layout(
        height=60 + _ROW * len(days.columns),
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        dragmode=False,
    )
    figure.update_xaxes(showgrid=False, fixedrange=True, tickformat="%m-%d")
    figure.update_yaxes(showgrid=False, fixedrange=True, autorange="reversed", automargin=True)
    return figure
