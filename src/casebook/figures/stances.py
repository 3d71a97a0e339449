"""How the evidence stands towards each theme."""

import pandas as pd

from casebook.drawing import Drawing, Head
from casebook.figures.house import C, Frame, house_figure, note
from casebook.markup import aside, bold, literal
from casebook.study import Study
from casebook.summaries import agreed_pairs, stance_counts
from casebook.tokens import FIGURE_SIZE, SIGN
from casebook.wording import counted, listed, lowered, percent

ROW = {False: 30, True: 46}
STANDING = {
    "peer-reviewed": C["ink"],
    "independent": C["accent"],
    "official": C["official"],
    "news": C["neutral"],
    "self-reported": C["reported"],
}


def _row_labels(figure, table: pd.DataFrame, frame: Frame) -> None:
    """Name each theme: left of its bar on a wide picture, above it on a narrow one."""
    for y, row in enumerate(table.itertuples()):
        label = f"{bold(row.theme_id)}  {row.short_title}"
        if frame.compact:
            note(figure, label, x=0, xref="paper", y=y - 0.36, size=FIGURE_SIZE - 1, bgcolor=C["paper"])
        else:
            note(figure, label, x=0, xref="paper", xshift=-frame.left + 4, y=y)


def _bars(figure, table: pd.DataFrame, compact: bool) -> None:
    """Draw challenges and qualifies to the left of the line, supports to the right; self-reports hatched."""
    shift = 0.14 if compact else 0.0
    common = {
        "orientation": "h",
        "y": [i + shift for i in range(len(table))],
        "width": 0.5 if compact else 0.66,
    }
    independent = table["supports"] - table["supports_reported"]
    parts = [
        ("qualifies", -table["qualifies"], None, C["qualifies"], ""),
        ("challenges", -table["challenges"], -table["qualifies"], C["challenges"], ""),
        ("supports, others report", independent, None, C["supports"], ""),
        ("supports, self-reported", table["supports_reported"], independent, C["supports"], "/"),
    ]
    for name, width, base, color, hatch in parts:
        figure.add_bar(
            x=width.tolist(),
            base=None if base is None else base.tolist(),
            name=name,
            marker={
                "color": color,
                "line": {"color": C["paper"], "width": 1},
                **(
                    {
                        "pattern": {
                            "shape": hatch,
                            "fgcolor": color,
                            "bgcolor": C["paper"],
                            "size": 5,
                            "solidity": 0.35,
                        }
                    }
                    if hatch
                    else {}
                ),
            },
            hovertemplate="%{y}" + aside(name, ": %{x}"),
            **common,
        )


def theme_balance(study: Study) -> Drawing:
    """Return the diverging picture of evidence for and against each theme."""
    table = stance_counts(study)
    reach = int(table["supports"].max()), int((table["qualifies"] + table["challenges"]).max())
    pad = max(2, round(0.06 * sum(reach)))

    def build(compact: bool):
        frame = Frame(
            compact, height=ROW[compact] * len(table) + 78, left=8 if compact else 216, right=8, top=40
        )
        figure = house_figure(frame)
        _bars(figure, table, compact)
        _row_labels(figure, table, frame)
        shift = 0.14 if compact else 0.0
        for y, row in enumerate(table.itertuples()):
            against = row.qualifies + row.challenges
            note(
                figure,
                str(row.supports),
                x=row.supports,
                y=y + shift,
                xshift=4,
                size=FIGURE_SIZE - 1,
                color=C["supports"],
            )
            left = f"{row.challenges} {SIGN['challenges']}  {row.qualifies} {SIGN['qualifies']}"
            note(
                figure,
                left,
                x=-against,
                y=y + shift,
                xshift=-4,
                xanchor="right",
                size=FIGURE_SIZE - 1,
                color=C["muted"],
            )
        figure.add_vline(x=0, line={"color": C["ink"], "width": 1})
        top = {"y": 1, "yref": "paper", "yanchor": "bottom", "yshift": 6}
        note(
            figure,
            bold(f"supports {SIGN['supports']}"),
            x=1 if compact else 0,
            xref="paper" if compact else "x",
            xanchor="right" if compact else "left",
            xshift=0 if compact else 8,
            color=C["supports"],
            **top,
        )
        against = bold(f"{SIGN['challenges']} challenges  {SIGN['qualifies']} qualifies")
        note(
            figure,
            against,
            x=0,
            xref="paper" if compact else "x",
            xanchor="left" if compact else "right",
            xshift=0 if compact else -8,
            color=C["challenges"],
            **top,
        )
        figure.update_xaxes(
            range=[-reach[1] - (4 if compact else 3) * pad, reach[0] + pad],
            title_text="rows of evidence",
            tickformat=",d",
            showticklabels=False,
        )
        figure.update_yaxes(range=[len(table) - 0.35, -0.75], showticklabels=False, showgrid=False)
        figure.update_layout(barmode="overlay")
        return figure

    return Drawing(
        name="theme-balance",
        title="What the evidence says of each theme",
        caption=_balance_caption(table),
        alt="Horizontal bars for each theme, evidence that supports the paper to the right of a line, evidence that qualifies or challenges it to the left. "
        + "; ".join(
            f"{r.theme_id} {r.supports} support, {r.qualifies} qualify, {r.challenges} challenge"
            for r in table.itertuples()
        )
        + ".",
        rows=table,
        heads={
            "theme_id": Head("Theme", key="theme"),
            "title": Head("Title"),
            "supports": Head("Supports (rows)", 0),
            "supports_reported": Head("of these self-reported (rows)", 0),
            "qualifies": Head("Qualifies (rows)", 0),
            "challenges": Head("Challenges (rows)", 0),
        },
        build=build,
        note="A row of evidence counts once for each theme it bears on. Hatched: self-reported. Counts show how much evidence "
        "was found, not how strong it is; for a challenge, “supports” means that the difficulty is documented.",
    )


def _balance_caption(table: pd.DataFrame) -> str:
    contested = table[table["qualifies"] + table["challenges"] > table["supports"]]
    total, supports = int(table["total"].sum()), int(table["supports"].sum())
    first = f"Of {total} codings {percent(supports, total)} support the paper"
    if contested.empty:
        return first + "; no theme has more rows against it than for it."
    names = listed([f"{r.theme_id} ({lowered(r.short_title)})" for r in contested.itertuples()])
    return f"{first}; for {names} more rows qualify or challenge it than support it."


def _texture(level: str) -> dict:
    """Return the pattern of a standing: self-reports hatched as everywhere, official dotted, for grey print."""
    color, paper = STANDING[level], C["paper"]
    hatched = {"shape": "/", "fgcolor": color, "bgcolor": paper, "size": 5, "solidity": 0.35}
    dotted = {"shape": ".", "fgcolor": paper, "bgcolor": color, "size": 5, "solidity": 0.3}
    known = {"self-reported": hatched, "official": dotted}
    return {"pattern": known[level]} if level in known else {}


def evidence_standing(study: Study) -> Drawing:
    """Return who stands behind the evidence for each theme: shares by independence of the source."""
    pairs = agreed_pairs(study)
    levels = [level for level in STANDING if level in set(pairs["independence"])]
    counts = (
        pairs.groupby(["theme_id", "independence"])
        .size()
        .unstack(fill_value=0)
        .reindex(columns=levels, fill_value=0)
    )
    table = study["themes"][["theme_id", "title", "short_title"]].merge(counts.reset_index(), on="theme_id")
    total = table[levels].sum(axis=1)

    def build(compact: bool):
        frame = Frame(
            compact, height=ROW[compact] * len(table) + 100, left=8 if compact else 216, right=24, top=62
        )
        figure = house_figure(frame)
        shift = 0.14 if compact else 0.0
        base = pd.Series(0.0, index=table.index)
        for level in levels:
            share = 100 * table[level] / total
            figure.add_bar(
                x=share.round(2).tolist(),
                base=base.round(2).tolist(),
                orientation="h",
                name=level,
                y=[i + shift for i in range(len(table))],
                width=0.5 if compact else 0.66,
                marker={
                    "color": STANDING[level],
                    "line": {"color": C["paper"], "width": 1},
                    **_texture(level),
                },
                hovertemplate=literal(level) + ": %{x:.0f} %" + aside(),
            )
            base += share
        _row_labels(figure, table, frame)
        x, step = 0.0, 0
        for level in levels:
            width = (len(level) + 4) * 7.2 / frame.inner_width
            if x + width > 1:
                x, step = 0.0, step + 1
            note(
                figure,
                f"■ {level}",
                x=x,
                xref="paper",
                y=1,
                yref="paper",
                yanchor="bottom",
                yshift=30 - 18 * step,
                size=FIGURE_SIZE - 1,
                color=STANDING[level],
            )
            x += width
        figure.update_xaxes(range=[0, 100], ticksuffix=" %", dtick=25)
        figure.update_yaxes(range=[len(table) - 0.35, -0.75], showticklabels=False, showgrid=False)
        figure.update_layout(barmode="overlay")
        return figure

    worst = (100 * table.get("self-reported", 0) / total).round(0)
    most = table.loc[worst.idxmax()]
    reported = int((pairs["independence"] == "self-reported").sum())
    return Drawing(
        name="evidence-standing",
        title="Who stands behind the evidence",
        caption=f"{percent(reported, len(pairs))} of the codings rest on what an organisation reports of its own work or a partner's; "
        f"the share is highest for {most['theme_id']} ({lowered(most['short_title'])}), at {worst.max():.0f} %.",
        alt="Stacked horizontal bars: for each theme the share of evidence that is "
        + listed(levels)
        + ". "
        + "; ".join(
            f"{t} {s:.0f} percent self-reported" for t, s in zip(table["theme_id"], worst, strict=True)
        )
        + ".",
        rows=table,
        heads={
            "theme_id": Head("Theme", key="theme"),
            "title": Head("Title"),
            **{level: Head(f"{level.capitalize()} (rows)", 0) for level in levels},
        },
        build=build,
        note=f"Shares of the rows coded to a theme, {counted(len(levels), 'kind')} of source. Hatched: self-reported; dotted: official.",
    )
