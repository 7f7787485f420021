"""Where words stand in charts: none over another, none struck through, all on a phone."""

from __future__ import annotations

from typing import Any

from perf_core.language.translate import Reader
from perf_core.reporting.axis_labels import ACROSS, Scale, ticks
from perf_core.reporting.cloud_figure import Dot, cloud
from perf_core.reporting.compare_figures import Spread, spreads
from perf_core.reporting.figures import totals_over_time
from perf_core.reporting.grid_figure import heat_map

SHARE = Scale("percent", "en")


def drawn(dots: list[Dot], *, y_limit: float | None, y_limit_name: str = "All together") -> Any:
    return cloud(
        dots, x_title="", y_title="", x_scale=SHARE, y_scale=SHARE, x_limit=0.3, y_limit=y_limit,
        x_limit_name="Limit", y_limit_name=y_limit_name,
    ).to_dict()  # fmt: skip


def dot(name: str, x: float, y: float, size: float = 10.0) -> Dot:
    return Dot(name, name, x, y, size, is_short=False, is_named=True, note=name)


def test_a_name_at_the_edge_of_a_phone_is_of_several_lines_or_turns_inwards() -> None:
    far = [dot("a", 0.0, 0.0), dot("Chengdu (second tier)", 0.94, 0.9), dot("W" * 24, 0.99, 0.1)]
    names = drawn(far, y_limit=None)["data"][0]
    placed = {
        code: (text, place)
        for (code,), text, place in zip(
            names["customdata"], names["text"], names["textposition"], strict=True
        )
    }
    assert placed["Chengdu (second tier)"] == ("Chengdu (second<br>tier)", "top center")
    assert placed["W" * 24] == ("W" * 24, "top left")


def test_a_name_on_a_limit_goes_below_its_disc_and_gets_room_there() -> None:
    some = [dot("top", 0.1, 1.0), dot("low", 0.5, 0.8)]
    free, struck = drawn(some, y_limit=None), drawn(some, y_limit=0.835)
    assert set(free["data"][0]["textposition"]) == {"top center"}
    assert dict(zip(struck["data"][0]["text"], struck["data"][0]["textposition"], strict=True)) == {
        "top": "top center",
        "low": "bottom center",
    }
    assert struck["layout"]["yaxis"]["range"][0] < free["layout"]["yaxis"]["range"][0]
    # Where the limit's own name stands, a disc has its below.
    ends = drawn(
        [dot("a", 0.0, 0.66), dot("d", 0.5, 0.4), dot("b", 0.1, 1.0), dot("c", 1.0, 0.66)],
        y_limit=0.7,
    )
    placed = dict(zip(ends["data"][0]["text"], ends["data"][0]["textposition"], strict=True))
    assert placed["c"].startswith("bottom")
    assert {placed[code] for code in "abd"} == {"top center"}


def test_a_name_that_another_disc_covers_goes_below_or_is_left_out() -> None:
    pair = [dot("under", 0.5, 0.50), dot("over", 0.5, 0.62), dot("far", 0.0, 0.0), dot("", 1, 1.2)]
    names = drawn(pair, y_limit=None)["data"][0]
    placed = dict(zip(names["text"], names["textposition"], strict=True))
    assert placed["under"] == "bottom center"
    assert placed["over"] == "top center"
    crowd = [dot(f"{n}-{m}", n / 12, m / 12) for n in range(12) for m in range(12)]
    named = {text for text in drawn(crowd, y_limit=None)["data"][0]["text"] if text}
    # Only at the rim is there room.
    assert 1 <= len(named) < 30
    assert all({"0", "11"} & set(name.split("-")) for name in named)


def test_names_of_many_columns_slant_only_where_they_have_to() -> None:
    def across(*names: str) -> Any:
        cells = [[1.0] * len(names)]
        columns = [(name, name) for name in names]
        figure = heat_map([("r", "r")], columns, cells, shading=cells, wording=str, absent="")
        return figure.to_dict()["layout"]["xaxis"]

    few, short = across("Nest Home", "Core"), across(*["平台运营"] * 9)
    assert few["tickangle"] == short["tickangle"] == 0
    assert short["ticktext"][0] == "平台<br>运营"
    many = across(*["Platform operations"] * 9)
    assert many["tickangle"] != 0
    assert many["ticktext"][0] == "Platform operations"


def test_labels_side_by_side_do_not_touch_and_keep_the_zero() -> None:
    money = Scale("money", "en", "CNY", is_change=True)
    told = ticks([-70_000, 320_000], money, letters=ACROSS)
    assert told["ticktext"] == ["0", "+CN¥200K"]
    assert 0.0 in ticks([-1e6, 3e6], money, letters=ACROSS)["tickvals"]


def test_all_of_a_box_opens_its_group() -> None:
    box = Spread("luxe", "Luxe", 50.0, 80.0, 90.0, 95.0, 110.0, [90.0] * 9)
    few = Spread("core", "Core", 70.0, 70.0, 75.0, 80.0, 80.0, [70.0, 80.0])
    spec = spreads(
        [box, few], pass_mark=80, few=5, note=lambda one: one.name, reader=Reader("en")
    ).to_dict()
    unseen = spec["data"][-1]
    assert (min(unseen["x"]), max(unseen["x"])) == (50.0, 110.0)
    assert {code for (code,) in unseen["customdata"]} == {"luxe"}
    assert unseen["marker"]["opacity"] == unseen["unselected"]["marker"]["opacity"] == 0


def test_the_pass_mark_is_named_where_the_line_leaves_room() -> None:
    def side(*totals: float) -> str:
        labels = [str(n) for n in range(len(totals))]
        figure = totals_over_time(labels, totals, peers=None, pass_mark=80, reader=Reader("en"))
        return str(figure.to_dict()["layout"]["annotations"][0]["xanchor"])

    assert side(90, 95, 99) == "right"
    assert side(95, 93, 60, 99) == "left"
    assert side(81, 79, 60, 99) == "right"
